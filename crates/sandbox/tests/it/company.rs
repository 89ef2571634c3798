//! Invented companies.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Company, Sandbox, Source, Start, company};
use serde_json::Value;

const SOURCES: [Source; 5] = [Source::BambooHr, Source::AzureAd, Source::Factorial, Source::Okta, Source::HiBob];

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
    for source in SOURCES {
        let company = Company::new(150).filled_from(source);
        let view = Sandbox::start(company.world(Start::InSync)).view();
        let wanted = wanted(&company.prepared());
        assert!(wanted.iter().all(|(address, row)| is_right(&view["users"][address], row)), "{source:?}");
        assert_eq!(view["users"].as_object().unwrap().len(), wanted.len() + 1, "{source:?}: and the owner");
    }
}

#[test]
fn every_service_knows_the_same_people_by_ids_of_its_own() {
    let mut people = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for source in SOURCES {
        let prepared = Company::new(150).filled_from(source).prepared();
        let prepared = rows(&prepared);
        people.insert([texts(prepared, "timecamp_email"), texts(prepared, "timecamp_user_name")].concat().join(" "));
        ids.extend(texts(prepared, "timecamp_external_id").into_iter().map(str::to_owned));
    }
    assert_eq!(people.len(), 1);
    let prepared = Company::new(150).prepared();
    assert_eq!(ids.len(), SOURCES.len() * rows(&prepared).len(), "nobody's id is anybody else's");
}

#[test]
fn leaves_are_around_the_day_they_are_asked_for() {
    let world = |day: &str| Company::new(150).on(day.parse().unwrap()).world(Start::Empty);
    let starts = |world: &Value| {
        let starts: BTreeSet<String> =
            texts(rows(&world["factorial"]["leaves"]), "start_on").into_iter().map(str::to_owned).collect();
        assert!(starts.len() > 20, "{starts:?}");
        starts
    };
    let (one, other) = (world("2026-01-01"), world("2031-06-15"));
    let near = |starts: &BTreeSet<String>, year: &str| starts.iter().filter(|day| day.starts_with(year)).count();
    assert!(near(&starts(&one), "2026") > 15 && near(&starts(&one), "2031") == 0);
    assert!(near(&starts(&other), "2031") > 30 && near(&starts(&other), "2026") == 0);
    for part in ["timecamp", "bamboohr", "entra", "hibob", "okta"] {
        assert_eq!(one[part], other[part], "{part} has nothing to do with the day");
    }
}

#[test]
fn there_are_leaves_of_every_odd_kind() {
    let world = Company::new(150).world(Start::Empty);
    let leaves = rows(&world["factorial"]["leaves"]);
    let some = |test: &dyn Fn(&&Value) -> bool| leaves.iter().any(|leave| test(&leave));
    assert!(some(&|leave| leave["approved"].is_null()), "pending");
    assert!(some(&|leave| leave["approved"] == false), "rejected");
    assert!(some(&|leave| !leave["deleted_at"].is_null()), "deleted");
    assert!(some(&|leave| leave["finish_on"].is_null()), "open-ended");
    assert!(some(&|leave| leave["half_day"] == "end_of_day"), "half a day");
    let mapped = world["factorial"]["leave_type_map"].as_object().unwrap();
    let kinds: BTreeSet<&str> = texts(leaves, "leave_type_name").into_iter().collect();
    assert_eq!(kinds.iter().filter(|kind| !mapped.contains_key(**kind)).collect::<Vec<_>>(), [&"Jury duty"]);
    let known: Vec<&Value> =
        world["timecamp"]["day_types"].as_object().unwrap().values().map(|row| &row["name"]).collect();
    let unknown: Vec<&Value> = mapped.values().filter(|name| !known.contains(name)).collect();
    assert_eq!(unknown, ["Parental leave"]);
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
fn a_large_account_has_no_sweeping_flaws() {
    let account = Company::new(5000).account(Start::PartlyRight);
    let users = rows(&account["users"]);
    let supervisors = users.iter().filter(|user| user["role_id"] == "2").count();
    assert_eq!(supervisors, 2, "who lose the role");
    let leaving = users.iter().filter(|user| user["email"].as_str().unwrap().starts_with("former")).count();
    assert!(leaving * 10 < users.len(), "{leaving} leave");
}

#[test]
fn large_companies_grow_more_groups_not_only_larger_ones() {
    let company = Company::new(20_000);
    let prepared = company.prepared();
    let paths: BTreeSet<&str> = texts(rows(&prepared), "timecamp_groups_breadcrumb").into_iter().collect();
    assert!(paths.len() > 300, "{} groups", paths.len());
    assert_eq!(rows(&company.source_users()["users"]).len(), rows(&prepared).len());
    let sandbox = Sandbox::with_account(company.account(Start::InSync));
    assert_eq!(sandbox.view()["users"].as_object().unwrap().len(), rows(&prepared).len() + 1);
}
