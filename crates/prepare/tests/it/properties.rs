//! What holds for every organisation.

use crate::support::{BOTH, DEPARTMENTS, Outcome, SUPERVISORS, settings, try_bytes};
use prepare::PrepareError;
use proptest::prelude::*;
use serde_json::{Value, json};

fn text(choices: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(choices).prop_map(Value::from)
}

/// A source user; ids, addresses and names collide often.
fn user() -> impl Strategy<Value = Value> {
    let id = prop_oneof![9 => (0_u32..12).prop_map(|id| json!(id.to_string())), 1 => text(&["", "  "])];
    let supervisor = prop_oneof![3 => (0_u32..6).prop_map(|id| json!(id.to_string())), 2 => text(&["", " ", "99"])];
    let email = text(&["a@x.test", "A@X.test", "b@x.test", "c@y.test", "C@y.TEST", "d", "", "ł@x.test", "e@@x"]);
    let department = text(&["", "Company/IT", " R&D//Lab ", "HR", "/x/", "a/b/c/d/e"]);
    let title = prop_oneof![Just(Value::Null), text(&["CEO", "VP (Sales)", "a/b", ""])];
    let status = text(&["active", "Active", "gone", ""]);
    let raw = prop_oneof![Just(json!({})), Just(json!([1, { "k": 1.5 }, "ł\n"])), Just(Value::Null)];
    let names = text(&["Ann", "Łuk_asz (x)", "", "A/B", "李"]);
    (id, supervisor, email, department, title, status, raw, names, any::<(bool, bool)>()).prop_map(
        |(id, supervisor, email, department, title, status, raw, name, (hidden, forced))| {
            json!({
                "external_id": id, "supervisor_id": supervisor, "email": email, "department": department,
                "job_title": title, "status": status, "raw_data": raw, "name": name, "real_email": "Ann@home.test",
                "hierarchy_only": hidden && forced, "force_supervisor_role": forced && !hidden,
            })
        },
    )
}

fn users() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(user(), 0..14)
}

/// The outcome in every mode where there is one: a circle of supervisors is none.
fn outcomes(users: &[Value]) -> Vec<Outcome> {
    let input = serde_json::to_vec(&json!({ "users": users })).unwrap();
    let extra = [
        ("TIMECAMP_EXCLUDE_REGEX", "department=\"HR\""),
        ("TIMECAMP_CHANGE_GROUPS_REGEX", "Company|||Firma"),
        ("TIMECAMP_SHOW_EXTERNAL_ID", "true"),
        ("TIMECAMP_USE_JOB_TITLE_NAME_USERS", "true"),
    ];
    let modes = [DEPARTMENTS, SUPERVISORS, BOTH];
    let envs = modes.into_iter().map(<[_]>::to_vec).chain(modes.into_iter().map(|mode| [mode, &extra].concat()));
    let outcome = |env: Vec<(&str, &str)>| match try_bytes(&input, &settings(&env)) {
        Ok(outcome) => Some(outcome),
        Err(PrepareError::Cycle(_)) => None,
        Err(error) => panic!("{error}"),
    };
    envs.filter_map(outcome).collect()
}

proptest! {
    #[test]
    fn the_same_input_gives_the_same_bytes(users in users()) {
        let (once, twice) = (outcomes(&users), outcomes(&users));
        prop_assert_eq!(once.len(), twice.len());
        for (one, other) in once.iter().zip(&twice) {
            prop_assert_eq!(&one.text, &other.text);
            prop_assert_eq!(&one.warnings, &other.warnings);
            prop_assert_eq!(&one.unplaced, &other.unplaced);
        }
    }

    #[test]
    fn the_output_is_sorted_and_well_formed(users in users()) {
        for outcome in outcomes(&users) {
            let emails = outcome.emails();
            prop_assert!(emails.windows(2).all(|pair| pair[0] < pair[1]), "one person per address, sorted: {:?}", emails);
            prop_assert_eq!(outcome.text, serde_json::to_string_pretty(&ordered(&outcome.users)).unwrap() + "\n");
            for user in &outcome.users {
                let group = user["timecamp_groups_breadcrumb"].as_str().unwrap();
                prop_assert!(group.is_empty() || group.split('/').all(|part| !part.is_empty() && part == part.trim()));
                prop_assert!(["active", "inactive"].contains(&user["timecamp_status"].as_str().unwrap()));
                prop_assert!(users.contains(&user["raw_data"]), "the source user as it was");
                prop_assert!(!outcome.unplaced.contains(&user["timecamp_email"].as_str().unwrap().to_owned()));
            }
        }
    }

    #[test]
    fn the_order_of_people_who_do_not_collide_does_not_matter(users in users(), seed in any::<u64>()) {
        let mut seen = std::collections::BTreeSet::new();
        let mut distinct: Vec<Value> = users
            .into_iter()
            .filter(|user| {
                let key = |name: &str| (name.to_owned(), user[name].as_str().unwrap().trim().to_lowercase());
                seen.insert(key("external_id")) && seen.insert(key("email"))
            })
            .collect();
        let before = outcomes(&distinct);
        let mut state = seed;
        for place in (1..distinct.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            distinct.swap(place, usize::try_from(state >> 33).unwrap() % (place + 1));
        }
        let after = outcomes(&distinct);
        prop_assert_eq!(before.len(), after.len());
        for (one, other) in before.iter().zip(&after) {
            prop_assert_eq!(&one.text, &other.text);
        }
    }
}

/// The users with their keys in the order of the output.
fn ordered(users: &[Value]) -> Vec<Ordered<'_>> {
    users.iter().map(Ordered).collect()
}

struct Ordered<'v>(&'v Value);

impl serde::Serialize for Ordered<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let keys = [
            "timecamp_external_id",
            "timecamp_user_name",
            "timecamp_email",
            "timecamp_groups_breadcrumb",
            "timecamp_status",
            "timecamp_role",
            "timecamp_real_email",
            "raw_data",
        ];
        to.collect_map(keys.iter().filter_map(|key| self.0.get(key).map(|value| (key, value))))
    }
}
