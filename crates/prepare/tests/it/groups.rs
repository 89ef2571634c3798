//! Which group everybody belongs in.

use crate::support::{BOTH, DEPARTMENTS, SUPERVISORS, outcome, pairs, person, try_outcome, with};
use serde_json::{Value, json};

/// A supervises B and D, B supervises C; C supervises nobody, E stands alone.
fn five() -> Value {
    json!([
        person("1", "A", "Board", ""),
        person("2", "B", "Sales", "1"),
        person("3", "C", "", "2"),
        person("4", "D", "Sales/North", "1"),
        person("5", "E", "Ops", ""),
    ])
}

fn groups(users: &Value, env: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    outcome(users, env).groups()
}

#[test]
fn by_department() {
    let expected = pairs([("a", "Board"), ("b", "Sales"), ("c", ""), ("d", "Sales/North"), ("e", "Ops")]);
    assert_eq!(groups(&five(), DEPARTMENTS), expected);
    assert_eq!(groups(&five(), &[("TIMECAMP_USE_DEPARTMENT_GROUPS", "false")]), expected);
}

#[test]
fn by_supervisors() {
    let expected = pairs([("a", "A"), ("b", "A/B"), ("c", "A/B"), ("d", "A"), ("e", "")]);
    assert_eq!(groups(&five(), SUPERVISORS), expected);
}

#[test]
fn by_both() {
    let expected = pairs([("a", "Board/A"), ("b", "Sales/B"), ("c", "A/B"), ("d", "Sales/North/A"), ("e", "Ops")]);
    assert_eq!(groups(&five(), BOTH), expected);
}

#[test]
fn a_supervisor_who_is_not_in_the_data() {
    let users = json!([
        person("1", "Report", " Company / Ops ", "99"),
        person("2", "Lead", "Sales", "99"),
        person("3", "Below", "Sales", "2"),
        person("4", "Lost", "", "99"),
    ]);
    let skip = ("TIMECAMP_SKIP_DEPARTMENTS", "Company,Lead");
    let supervisors = [SUPERVISORS, &[skip]].concat();
    // The department stays as it is in the source; the supervisors' path loses its prefix.
    let expected = pairs([("report", "Company/Ops"), ("lead", ""), ("below", ""), ("lost", "")]);
    assert_eq!(groups(&users, &supervisors), expected);
    let both = [BOTH, &[skip]].concat();
    let expected = pairs([("report", "Ops"), ("lead", "Sales/Lead"), ("below", "Sales/Lead"), ("lost", "")]);
    assert_eq!(groups(&users, &both), expected);
}

#[test]
fn who_counts_as_a_supervisor() {
    let users = json!([
        person("1", "Own", "X", "1"),
        person("2", "Of Inactive", "X", ""),
        with(person("3", "Gone", "X", "2"), &json!({ "status": "terminated" })),
        person("4", "Of Hidden", "X", ""),
        with(person("5", "Hidden", "X", "4"), &json!({ "hierarchy_only": true })),
        person("6", "Of Replaced", "X", ""),
        person("7", "Replaced", "X", "6"),
        person("7", "Replacing", "X", ""),
        person("8", "Of Unknown", "X", ""),
        person("", "Unknown", "X", "8"),
        person("9", "Blank", "X", "  "),
    ]);
    let found = outcome(&users, SUPERVISORS);
    let groups = found.groups();
    for (name, group) in [
        ("own", "Own"),
        ("of.inactive", "Of Inactive"),
        ("of.hidden", "Of Hidden"),
        ("of.replaced", "Of Replaced"),
        ("replacing", ""),
        ("of.unknown", ""),
        ("blank", ""),
    ] {
        assert_eq!(groups[name], group, "{name}");
    }
    assert_eq!(found.roles()["of.unknown"], "supervisor", "a report without an id gives the role, but no group");
    assert_eq!(found.roles()["replacing"], "user");
}

#[test]
fn the_hierarchy_starts_below_people_who_only_serve_it() {
    let users = json!([
        with(person("1", "Top", "Board", ""), &json!({ "hierarchy_only": true })),
        person("2", "Lead", "Sales", "1"),
        person("3", "Below", "", "2"),
        person("4", "Direct", "Ops", "1"),
    ]);
    assert_eq!(groups(&users, SUPERVISORS), pairs([("lead", "Lead"), ("below", "Lead"), ("direct", "")]));
    assert_eq!(groups(&users, BOTH), pairs([("lead", "Sales/Lead"), ("below", "Lead"), ("direct", "Ops")]));
}

#[test]
fn people_who_are_not_written_still_serve_the_hierarchy() {
    let users = json!([
        with(person("1", "No Address", "", ""), &json!({ "email": null })),
        with(person("2", "Contractor", "", "1"), &json!({ "job_title": "Contractor" })),
        person("3", "Below", "", "2"),
    ]);
    let env = [SUPERVISORS, &[("TIMECAMP_EXCLUDE_REGEX", "job_title=\"Contractor\"")]].concat();
    assert_eq!(groups(&users, &env), pairs([("below", "No Address/Contractor")]));
}

#[test]
fn circles_are_printed_from_the_person_who_comes_first() {
    let users = json!([
        person("9", "Outside", "", "3"),
        person("1", "Ann", "", "2"),
        person("2", "Bob", "", "3"),
        person("3", "Cid", "", "1"),
    ]);
    for env in [SUPERVISORS, BOTH] {
        let error = try_outcome(&users, env).unwrap_err().to_string();
        assert_eq!(error, "Cycle in supervisor hierarchy: Ann (1) -> Bob (2) -> Cid (3) -> Ann (1)");
    }
    assert_eq!(groups(&users, DEPARTMENTS).len(), 4);
}

#[test]
fn a_circle_through_somebody_who_only_serves_the_hierarchy_is_open() {
    let users =
        json!([with(person("1", "Top", "", "2"), &json!({ "hierarchy_only": true })), person("2", "Lead", "", "1"),]);
    assert_eq!(groups(&users, SUPERVISORS), pairs([("lead", "Lead")]));
}

#[test]
fn names_of_groups() {
    let users = json!([
        with(person("7", "Ann (x)", "D", ""), &json!({ "job_title": "VP/Ops" })),
        with(person("8", "Bob/Bo", "D", "7"), &json!({ "job_title": "" })),
        person("9", "Cid", "D", "8"),
    ]);
    let env = [BOTH, &[("TIMECAMP_USE_JOB_TITLE_NAME_USERS", "true"), ("TIMECAMP_USE_JOB_TITLE_NAME_GROUPS", "true")]]
        .concat();
    let found = outcome(&users, &env);
    assert_eq!(found.groups(), pairs([("ann.(x)", "D/VP-Ops [Ann x]"), ("bob.bo", "D/Bob-Bo"), ("cid", "D/Bob-Bo")]));
    assert_eq!(found.by_email("timecamp_user_name")["ann.(x)@x.test"], "VP/Ops [Ann x]");
    let ids = [SUPERVISORS, &[("TIMECAMP_SHOW_EXTERNAL_ID", "true")]].concat();
    assert_eq!(groups(&users, &ids)["cid"], "Ann x - 7 - 7/Bob-Bo - 8 - 8");
}

#[test]
fn rules_change_paths_and_the_depth_is_cut_with_a_warning() {
    let users = json!([
        person("1", "A", "Company/Sales/EMEA/North/City", ""),
        person("2", "B", "Sales/EMEA", ""),
        person("3", "C", "", ""),
        with(person("4", "D", "Deep/er/and/deeper", ""), &json!({ "force_global_admin_role": true })),
    ]);
    let found = outcome(
        &users,
        &[
            ("TIMECAMP_SKIP_DEPARTMENTS", "Company"),
            ("TIMECAMP_CHANGE_GROUPS_REGEX", r"Sales/(?P<r>\w+)|||Company/Vente/\g<r> ;;;;;;^$|||Rest;;;never|||x"),
            ("TIMECAMP_MAX_GROUP_DEPTH", "4"),
        ],
    );
    let expected = pairs([("a", "Company/Vente/EMEA/North"), ("b", "Company/Vente/EMEA"), ("c", "Rest"), ("d", "")]);
    assert_eq!(found.groups(), expected, "no second prefix removal; administrators by force belong in the root group");
    assert_eq!(found.warnings.len(), 1);
    assert!(found.warnings[0].starts_with("1 user has a group path with more than 4 levels"), "{:?}", found.warnings);
    assert!(
        found
            .summary
            .ends_with("group rule 1 changed 2; group rule 2 changed 1; group rule 3 changed 0; group depth cut 1"),
        "{}",
        found.summary
    );
    assert!(found.summary.contains("; 5 groups; "), "every level counts: {}", found.summary);
}
