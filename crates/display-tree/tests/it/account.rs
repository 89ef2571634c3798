//! `--account`: what a sync would change, read from a TimeCamp in memory.

use crate::{FILE, person};
use sandbox::{Company, Sandbox, Start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Done, Run};

/// A user of the account in this group.
fn user(id: u64, local: &str, group: u64, more: Value) -> Value {
    let mut user = json!({
        "user_id": id.to_string(),
        "email": format!("{local}@x.test"),
        "display_name": format!("{local} Ex"),
        "group_id": group.to_string(),
        "role_id": "3",
        "settings": { "added_manually": "0", "external_id": format!("id-{local}") },
    });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

/// Acme (100) with Sales (101) below it, Old (102) that nobody needs, and Elsewhere (200) beside it.
fn acme() -> Value {
    let group = |id: u64, name: &str, parent: u64| json!({ "group_id": id, "name": name, "parent_id": parent });
    let disabled = json!({ "settings": { "disabled_user": "1", "external_id": "id-Back" } });
    json!({
        "api_key": "key-of-acme", "me": "1", "root": "100",
        "groups": [group(100, "Acme", 0), group(101, "Sales", 100), group(102, "Old", 100), group(200, "Elsewhere", 0)],
        "users": [
            user(1, "Owner", 100, json!({ "role_id": "1" })),
            user(2, "Same", 101, json!({})),
            user(3, "Mover", 101, json!({})),
            user(4, "Named", 101, json!({ "display_name": "Old Name" })),
            user(5, "Back", 101, disabled),
            user(6, "Leaver", 101, json!({})),
            user(7, "Stranger", 200, json!({})),
        ],
        "day_types": {},
    })
}

/// What the source has of it.
fn source() -> Value {
    json!([
        person("Same", "Sales", json!({})),
        person("Mover", "Works/Night", json!({ "timecamp_role": "supervisor" })),
        person("Named", "Sales", json!({})),
        person("Back", "Sales", json!({})),
        person("Joiner", "Works", json!({})),
        person("Absent", "Works", json!({ "timecamp_status": "inactive" })),
    ])
}

fn shown(sandbox: &Sandbox, people: &Value) -> Run {
    Run::new(env!("CARGO_BIN_EXE_display-tree")).file(FILE, people.to_string()).sandbox(sandbox)
}

fn tree(done: &Done) -> &str {
    done.stdout.split_once("\n\nAcme").map_or_else(|| panic!("no tree: {done}"), |(_, tree)| tree)
}

#[test]
fn every_change_stands_in_the_tree_with_a_word() {
    let sandbox = Sandbox::with_account(acme());
    let run = shown(&sandbox, &source()).env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true");
    let done = run.go(&["--account"]).expect(0);
    let expected = " (6 people, 1 directly)
├── Old (0 people) - removed
├── Sales (3 people, 1 disabled)
│   ├── + Back Ex <Back@x.test> user: enabled again
│   │       active in the source; found by primary address
│   ├── ~ Named Ex <Named@x.test> user: changed
│   │       name: Old Name → Named Ex
│   ├── - Leaver Ex <Leaver@x.test> user: disabled
│   │       not in the source
│   └── ← Mover Ex moves away to Acme/Works/Night
└── Works (2 people, 1 directly) + new group
    ├── + Joiner Ex <Joiner@x.test> user: new
    └── Night (1 person) + new group
        └── → Mover Ex <Mover@x.test> supervisor: moved
                group: Acme/Sales → Acme/Works/Night
                role: user → supervisor
";
    assert_eq!(tree(&done), expected, "{done}");
    done.prints("Active users            6  (now 5)")
        .prints("People changed          + 1 new, + 1 enabled again, → 1 moved, ~ 1 changed, - 1 disabled")
        .prints("Groups changed          + 2 new, - 1 removed")
        .prints("Seats: this run adds 2");
    assert_eq!(sandbox.writes().len(), 0);
    assert!(sandbox.journal().iter().all(|entry| entry.method == "GET"));
}

#[test]
fn people_elsewhere_are_not_shown_and_nothing_is_listed_twice() {
    let sandbox = Sandbox::with_account(acme());
    let done = shown(&sandbox, &source()).go(&["--account", "--detailed"]).expect(0);
    assert!(!done.stdout.contains("Stranger") && !done.stdout.contains("Elsewhere"), "{done}");
    for name in ["Owner", "Same", "Named", "Back", "Leaver", "Joiner", "Absent"] {
        let lines = done.stdout.lines().filter(|line| line.contains(&format!("{name} Ex <"))).count();
        assert_eq!(lines, 1, "{name}: {done}");
    }
}

#[test]
fn what_a_guard_withholds_is_shown_and_marked() {
    let sandbox = Sandbox::with_account(acme());
    let run = shown(&sandbox, &source()).env("TIMECAMP_MAX_DEACTIVATIONS", "0").env("TIMECAMP_MAX_NEW_USERS", "0");
    run.go(&["--account"])
        .expect(0)
        .prints("- Leaver Ex <Leaver@x.test> user: disabled (held back by a guard)")
        .prints("+ Joiner Ex <Joiner@x.test> user: new (held back by a guard)")
        .prints("+ Back Ex <Back@x.test> user: enabled again (held back by a guard)")
        .prints("~ Named Ex <Named@x.test> user: changed\n")
        .prints("--allow-deactivations 1");
}

#[test]
fn who_is_disabled_goes_to_the_group_for_that() {
    let sandbox = Sandbox::with_account(acme());
    let done = shown(&sandbox, &source()).env("TIMECAMP_DISABLED_USERS_GROUP_ID", "200").go(&["--account"]).expect(0);
    let lines: Vec<&str> = done.stdout.lines().collect();
    let top =
        lines.iter().position(|line| line.starts_with("Elsewhere (0 people, 2 disabled) [disabled users]")).unwrap();
    assert!(lines[top + 1].contains("- Leaver Ex <Leaver@x.test> user: disabled"), "{done}");
    assert!(done.stdout.contains("← Leaver Ex moves away to Elsewhere"), "{done}");
}

#[test]
fn an_account_in_sync_has_nothing_marked() {
    let company = Company::new(60);
    let sandbox = Sandbox::start(company.world(Start::InSync));
    let people = company.prepared();
    let done = shown(&sandbox, &people).go(&["--account"]).expect(0);
    assert!(!done.stdout.contains("People changed") && !done.stdout.contains("Groups changed"), "{done}");
    let active = people.as_array().unwrap().len() + 1;
    done.prints(&format!("Active users            {active}\n"));
}

/// What the page marks: kind of change and address or name, of people and groups; what a guard holds back apart.
fn marks(page: &str) -> [BTreeSet<(String, String)>; 2] {
    let (_, rest) = page.split_once("type=\"application/json\">").unwrap();
    let data: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let mut marks = [BTreeSet::new(), BTreeSet::new()];
    for (list, key) in [("people", "e"), ("groups", "n")] {
        for item in data[list].as_array().unwrap().iter().filter(|item| item.get("w").is_some()) {
            let text = |key: &str| item[key].as_str().unwrap().to_owned();
            let mark = (format!("{list}: {}", text("w")), text(key));
            assert!(marks[usize::from(item["h"] == 1)].insert(mark), "{item} stands twice");
        }
    }
    marks
}

/// The same of a plan.
fn planned(plan: &Value) -> BTreeSet<(String, String)> {
    let list = |name: &str| plan["plan"][name].as_array().unwrap().clone();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
    let users = list("users").into_iter().map(|user| {
        let what = match text(&user, "kind").as_str() {
            "reenable" => "enable",
            "deactivate" => "disable",
            _ if user["from"] != user["to"] => "move",
            _ => "change",
        };
        (format!("people: {what}"), text(&user, "email"))
    });
    let invited = list("invitations").into_iter().map(|one| ("people: add".to_owned(), text(&one, "email")));
    let created = list("create_groups").into_iter().map(|group| ("groups: add".to_owned(), text(&group, "name")));
    let name_of = |path: String| path.rsplit('/').next().unwrap().to_owned();
    let gone =
        list("remove_groups").into_iter().map(|group| ("groups: remove".to_owned(), name_of(text(&group, "path"))));
    users.chain(invited).chain(created).chain(gone).collect()
}

#[test]
fn the_page_marks_whom_and_what_a_sync_would_change_and_nobody_else() {
    let company = Company::new(120);
    let sandbox = Sandbox::start(company.world(Start::PartlyRight));
    let run = |deactivations: &str, seats: &str| {
        shown(&sandbox, &company.prepared())
            .env("TIMECAMP_REMOVE_EMPTY_GROUPS", "true")
            .env("TIMECAMP_MAX_DEACTIVATIONS", deactivations)
            .env("TIMECAMP_MAX_NEW_USERS", seats)
    };
    let both = |run: Run| {
        run.go(&["--account", "--html", "tree.html"]).expect(0);
        let marks = marks(&run.read("tree.html"));
        let plan = run.stage(testkit::bin("sync")).go(&["--dry-run", "--json"]).expect(0).json();
        (marks, planned(&plan))
    };
    let ([free, held], all) = both(run("off", "off"));
    assert_eq!(free, all);
    assert_eq!(held, BTreeSet::new());
    for what in ["people: add", "people: enable", "people: disable", "people: move", "groups: add", "groups: remove"] {
        assert!(all.iter().any(|(mark, _)| mark == what), "{what} is not among {all:?}");
    }
    // What a guard withholds is marked all the same, as held back, and as nothing else.
    let ([free, held], some) = both(run("off", "0"));
    assert_eq!(free, some);
    assert!(held.iter().any(|(mark, _)| mark == "people: add"), "{held:?}");
    assert_eq!(free.union(&held).cloned().collect::<BTreeSet<_>>(), all);
}

#[test]
fn what_refuses_a_sync_refuses_the_preview() {
    let sandbox = Sandbox::with_account(acme());
    let nobody = json!([person("Ann", "A", json!({ "timecamp_status": "inactive" }))]);
    shown(&sandbox, &nobody).go(&["--account"]).expect(6).says("has no active user");
    shown(&sandbox, &source()).env("TIMECAMP_API_KEY", "wrong").go(&["--account"]).expect(1).says("TIMECAMP_API_KEY");
    let report = json!({ "account": { "users": 70, "groups": 4 } }).to_string();
    let shrunk = shown(&sandbox, &source()).file("var/sync_report.json", report);
    shrunk.go(&["--account"]).expect(1).says("--accept-shrunk-account");
    shrunk.go(&["--account", "--accept-shrunk-account"]).expect(0);
}
