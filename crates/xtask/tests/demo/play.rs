//! Playing it, and what every demo must show.

use std::collections::BTreeSet;

use sandbox::{Company, Source};
use serde_json::Value;
use testkit::{Done, Run};

/// A demo that has ended, and its folder.
pub(crate) struct Played {
    pub(crate) run: Run,
    pub(crate) done: Done,
    source: Source,
}

/// Plays the demo in a fresh folder.
pub(crate) fn play(source: Source, flags: &[&str], env: &[(&str, &str)]) -> Played {
    let mut stages =
        vec![format!("fetch-{}", source.name()), "prepare".to_owned(), "display-tree".to_owned(), "sync".to_owned()];
    if source == Source::Factorial {
        stages.push("sync-time-off".to_owned());
    }
    let programs: BTreeSet<_> = stages.iter().map(|stage| testkit::bin(stage).parent().unwrap().to_owned()).collect();
    let programs = programs.first().unwrap().to_str().unwrap();
    let run = Run::new(env!("CARGO_BIN_EXE_xtask")).envs(env.iter().copied());
    let folder = run.path("demo");
    let usual = ["demo", "--source", source.name(), "--programs", programs, "--folder", folder.to_str().unwrap()];
    let done = run.go(&[&usual, flags].concat()).expect(0);
    Played { run, done, source }
}

impl Played {
    pub(crate) fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.run.read(&format!("demo/{file}"))).unwrap()
    }

    /// What every demo shows, and the world that it leaves.
    pub(crate) fn checked(self) -> Self {
        let shown = &self.done.stdout;
        for part in
            ["Groups to create (", "disabled: no → yes", "People to invite (", "name: ", "external id: nothing → "]
        {
            assert!(shown.contains(part), "the plan has no `{part}`: {}", self.done);
        }
        assert_eq!(shown.matches("Nothing to do: the account is in sync.").count(), 1, "{}", self.done);
        for file in ["tree.html", "plan.txt", "report.json", "var/users.json", "var/logs/sync.log", "world.json"] {
            assert!(shown.contains(&format!("demo/{file} ")), "{file} is not named: {}", self.done);
            assert!(self.run.exists(&format!("demo/{file}")), "{file} is not left");
        }
        assert!(self.json("report.json")["counts"]["done"].as_u64().unwrap() > 50, "{}", self.json("report.json"));
        self.as_the_company();
        self
    }

    /// Prepared and in TimeCamp is just who works at the company.
    fn as_the_company(&self) {
        let company = Company::new(150).filled_from(self.source).prepared();
        let without_raw = |mut row: Value| {
            row.as_object_mut().unwrap().remove("raw_data");
            row
        };
        let rows = |rows: Value| rows.as_array().cloned().unwrap().into_iter().map(without_raw);
        let active = |row: &Value| row["timecamp_status"] == "active";
        let wanted: Vec<Value> = rows(company).collect();
        assert_eq!(rows(self.json("var/timecamp_users.json")).filter(active).collect::<Vec<_>>(), wanted);
        let (before, after) = (self.json("before.json"), self.json("after.json"));
        let right = |view: &Value| wanted.iter().filter(|row| is_right(&view["users"], row)).count();
        assert!((50..wanted.len()).contains(&right(&before)), "{} right before", right(&before));
        assert_eq!(right(&after), wanted.len());
        let enabled = after["users"].as_object().unwrap().values().filter(|user| user["disabled"] == false);
        assert_eq!(enabled.count(), wanted.len() + 1, "and the owner of the account");
    }
}

fn is_right(users: &Value, row: &Value) -> bool {
    let user = &users[row["timecamp_email"].as_str().unwrap()];
    let path = format!("Lumen/{}", row["timecamp_groups_breadcrumb"].as_str().unwrap());
    user["name"] == row["timecamp_user_name"]
        && user["external_id"] == row["timecamp_external_id"]
        && user["group"] == path.as_str()
        && user["disabled"] == false
}
