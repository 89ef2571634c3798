//! Whom the pages show.

use sandbox::{Company, Sandbox, Start};
use serde_json::{Value, json};
use std::path::PathBuf;
use testkit::Run;

/// A page in a folder that lasts as long as this.
pub(crate) struct Page {
    run: Run,
}

impl Page {
    /// The page of these prepared users.
    pub(crate) fn of(people: &Value) -> Self {
        let run = display_tree(people);
        run.go(&["--html", "tree.html"]).expect(0);
        Self { run }
    }

    /// The page of an invented company and its account.
    pub(crate) fn of_account(people: usize, start: Start) -> Self {
        let (people, world) = company(people, start);
        let sandbox = Sandbox::start(world);
        let run = display_tree(&people).sandbox(&sandbox).env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true");
        run.go(&["--account", "--html", "tree.html"]).expect(0);
        Self { run }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.run.path("tree.html")
    }

    pub(crate) fn bytes(&self) -> usize {
        self.run.bytes("tree.html").len()
    }
}

fn display_tree(people: &Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_display-tree")).file("var/timecamp_users.json", people.to_string())
}

/// A prepared user who is active.
pub(crate) fn person(name: &str, group: &str, role: &str) -> Value {
    json!({
        "timecamp_external_id": format!("id-{}", name.len()),
        "timecamp_user_name": name,
        "timecamp_email": format!("{}@x.test", name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), ".")),
        "timecamp_groups_breadcrumb": group,
        "timecamp_status": "active",
        "timecamp_role": role,
        "raw_data": { "job_title": "Engineer", "name": name },
    })
}

/// A few people on three levels.
pub(crate) fn office() -> Value {
    json!([
        person("Dee Boss", "", "administrator"),
        person("Ann Ex", "Sales", "supervisor"),
        person("Ben Ex", "Sales/EMEA", "user"),
        person("Łucja Źródło", "Sales/EMEA", "user"),
        person("Eve Ex", "Works", "guest"),
        person("Gil Ex", "Works/Night/Crew", "user"),
        person("Hal Ex", "Works/Night/Crew", "user"),
    ])
}

/// A company whose leads are supervisors, with its sandbox world.
fn company(people: usize, start: Start) -> (Value, Value) {
    let company = Company::new(people);
    let mut prepared = company.prepared();
    let mut world = company.world(start);
    let source = company.source_users();
    let sources = source["users"].as_array().unwrap();
    for (index, row) in prepared.as_array_mut().unwrap().iter_mut().enumerate() {
        let source = sources.iter().find(|source| source["email"] == row["timecamp_email"]).unwrap();
        row["raw_data"] = source.clone();
        if source["is_supervisor"] != true {
            continue;
        }
        row["timecamp_role"] = json!(if source["supervisor_id"] == "" { "administrator" } else { "supervisor" });
        let users = world["timecamp"]["users"].as_array_mut().unwrap();
        let account = users.iter_mut().find(|user| user["email"] == row["timecamp_email"]);
        // Most of them are in TimeCamp already.
        if let Some(account) = account.filter(|_| start == Start::InSync || index % 7 != 0) {
            account["role_id"] = json!(if source["supervisor_id"] == "" { "1" } else { "2" });
        }
    }
    (prepared, world)
}

/// 20,000 people in 2,000 groups: 20 divisions with 9 departments each, with 10 teams each.
pub(crate) fn many() -> Value {
    const FIRST: [&str; 12] =
        ["Anna", "Jan", "Maria", "Piotr", "Łucja", "José", "Chloë", "Øystein", "Wei", "Fatima", "Oluwaseun", "Zoë"];
    const LAST: [&str; 11] = [
        "Kowalska",
        "Nowak",
        "Müller",
        "García",
        "O'Brien",
        "Ångström",
        "Lefèvre",
        "Wójcik",
        "Tanaka",
        "Haddad",
        "Smith",
    ];
    let groups: Vec<String> = (1..=20)
        .flat_map(|division| {
            let name = format!("Division {division:02}");
            let departments = (1..=9).flat_map({
                let name = name.clone();
                move |department| {
                    let name = format!("{name}/Department {department}");
                    let teams = (1..=10).map({
                        let name = name.clone();
                        move |team| format!("{name}/Team {team}")
                    });
                    std::iter::once(name).chain(teams)
                }
            });
            std::iter::once(name).chain(departments)
        })
        .collect();
    assert_eq!(groups.len(), 2000);
    (0..20_000)
        .map(|number| {
            let (first, last) = (FIRST[number % FIRST.len()], LAST[number / 7 % LAST.len()]);
            let role = if number < groups.len() { "supervisor" } else { "user" };
            json!({
                "timecamp_external_id": format!("{}", 100_000 + number),
                "timecamp_user_name": format!("{first} {last}"),
                "timecamp_email": format!("person.{number:05}@large-company.example"),
                "timecamp_groups_breadcrumb": groups[number % groups.len()],
                "timecamp_status": "active",
                "timecamp_role": role,
                "raw_data": { "job_title": "Senior Software Engineer", "supervisor_id": "100000", "name": first },
            })
        })
        .collect()
}
