//! Invented companies.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Company, Sandbox, Start, company};
use serde_json::Value;

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn texts<'rows>(rows: &'rows [Value], field: &str) -> Vec<&'rows str> {
    rows.iter().map(|row| row[field].as_str().unwrap_or_default()).collect()
}

#[test]
fn the_same_company_every_time() {
    assert_eq!(company(150), company(150));
}

#[test]
fn everybody_has_a_number_of_their_own_and_a_manager_who_exists() {
    let employees = Company::new(700).employees();
    let employees = rows(&employees);
    assert_eq!(employees.len(), 701);
    let numbers: BTreeSet<&str> = texts(employees, "employeeNumber").into_iter().collect();
    assert_eq!(numbers.len(), employees.len());
    let top: Vec<_> = employees.iter().filter(|one| one["supervisorId"] == "").collect();
    assert_eq!(top.len(), 1);
    assert!(
        employees
            .iter()
            .all(|one| one["supervisorId"] == "" || numbers.contains(one["supervisorId"].as_str().unwrap()))
    );
    let addresses: Vec<&str> = texts(employees, "email").into_iter().filter(|address| !address.is_empty()).collect();
    assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), addresses.len());
    assert!(addresses.iter().all(|address| address.is_ascii() && *address == address.to_lowercase()));
}

#[test]
fn there_are_people_whom_a_fetch_leaves_out() {
    let employees = Company::new(150).employees();
    let employees = rows(&employees);
    assert!(employees.iter().any(|one| one["employmentStatus"] == "Terminated"));
    assert!(employees.iter().any(|one| one["hireDate"].as_str().unwrap().starts_with("2099")));
    assert!(employees.iter().any(|one| one["email"].is_null()));
}

/// What the view of an account in sync with these rows must say of each address.
fn wanted(prepared: &Value) -> BTreeMap<String, (String, String, String)> {
    let row = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let path = format!("Lumen/{}", text("timecamp_groups_breadcrumb"));
        (text("timecamp_email"), (text("timecamp_user_name"), path, text("timecamp_external_id")))
    };
    rows(prepared).iter().map(row).collect()
}

fn is_right(user: &Value, (name, path, external_id): &(String, String, String)) -> bool {
    user["name"] == name.as_str()
        && user["group"] == path.as_str()
        && user["external_id"] == external_id.as_str()
        && user["disabled"] == false
        && user["manual"] == false
        && user["role"] == "3"
}

#[test]
fn an_account_in_sync_holds_what_is_prepared() {
    let company = Company::new(150);
    let view = Sandbox::start(company.world(Start::InSync)).view();
    let wanted = wanted(&company.prepared());
    assert!(wanted.iter().all(|(address, row)| is_right(&view["users"][address], row)));
    assert_eq!(view["users"].as_object().unwrap().len(), wanted.len() + 1, "and the owner");
}

#[test]
fn an_account_that_is_partly_right_makes_a_plan_with_something_of_everything() {
    let company = Company::new(150);
    let view = Sandbox::start(company.world(Start::PartlyRight)).view();
    let users = view["users"].as_object().unwrap();
    let wanted = wanted(&company.prepared());
    let (mut right, mut missing, mut renamed, mut moved, mut back) = (0, 0, 0, 0, 0);
    for (address, row) in &wanted {
        match users.get(address) {
            None => missing += 1,
            Some(user) => {
                right += usize::from(is_right(user, row));
                renamed += usize::from(user["name"] != row.0.as_str());
                moved += usize::from(user["group"] != row.1.as_str());
                back += usize::from(user["disabled"] == true);
            }
        }
    }
    let leaving = users
        .iter()
        .filter(|(address, user)| !wanted.contains_key(*address) && user["disabled"] == false && user["role"] != "1");
    let leaving = leaving.count();
    assert!(right > 80, "{right} right");
    assert!(missing > 4 && renamed > 2 && moved > 5 && back > 1, "{missing} {renamed} {moved} {back}");
    assert!((3..=20).contains(&leaving), "{leaving} leave: fewer than a guard withholds");
    assert!(users.values().any(|user| user["manual"] == true));
    let empty = ["Lumen/Old projects", "Lumen/Old projects/Archive 2019"];
    assert!(empty.iter().all(|path| rows(&view["groups"]).contains(&Value::from(*path))));
}

#[test]
fn large_companies_grow_more_groups_not_only_larger_ones() {
    let company = Company::new(20_000);
    let prepared = company.prepared();
    let paths: BTreeSet<&str> = texts(rows(&prepared), "timecamp_groups_breadcrumb").into_iter().collect();
    assert!(paths.len() > 300, "{} groups", paths.len());
    assert_eq!(rows(&company.source_users()["users"]).len(), rows(&prepared).len());
    let sandbox = Sandbox::start(company.world(Start::InSync));
    assert_eq!(sandbox.view()["users"].as_object().unwrap().len(), rows(&prepared).len() + 1);
}
