//! Which days are sent, in which requests, and as what.

use crate::helpers::{account, after, but, days, leave, sent, stage, with};
use sandbox::Sandbox;
use serde_json::{Value, json};

#[test]
fn every_calendar_day_of_a_leave_is_set_and_a_second_run_sends_nothing() {
    let sandbox = Sandbox::with_account(account(3));
    let run = stage(
        &sandbox,
        json!([
            leave(901, "2026-02-27", "2026-03-02", "Vacation"),
            leave(902, "2026-03-02", "2026-03-02", "Sick Leave"),
            but(leave(902, "2026-03-04", "2026-03-04", "Vacation"), json!({ "half_day": "end_of_day" })),
            but(leave(902, "2026-03-05", "2026-03-05", "Sick Leave"), json!({ "half_day": "beginning_of_day" })),
            but(leave(903, "2026-03-05", "2026-03-05", "Home office"), json!({ "half_day": "" })),
            but(leave(903, "2026-03-06", "2026-03-06", "Home office"), json!({ "half_day": "end_of_day" })),
        ]),
    );
    run.go(&[]).expect(0).says("9 days set for 3 users, 0 days right already, 0 entries left out");
    let expected = [
        "p901@x.test 2026-02-27 13 0/480",
        "p901@x.test 2026-02-28 13 0/480",
        "p901@x.test 2026-03-01 13 0/480",
        "p901@x.test 2026-03-02 13 0/480",
        "p902@x.test 2026-03-02 14 0/0",
        "p902@x.test 2026-03-04 13 240/240",
        "p902@x.test 2026-03-05 14 240/0",
        "p903@x.test 2026-03-05 15 480/0",
        "p903@x.test 2026-03-06 15 240/0",
    ];
    assert_eq!(days(&sandbox), expected);
    let mut writes = sent(&sandbox);
    writes.sort();
    assert_eq!(
        writes,
        [
            "901: 2026-02-27 2026-02-28 2026-03-01 2026-03-02",
            "902: 2026-03-02 2026-03-04 2026-03-05",
            "903: 2026-03-05 2026-03-06",
        ]
    );
    sandbox.clear_journal();
    run.go(&[]).expect(0).says("0 days set for 0 users, 9 days right already, 0 entries left out");
    assert_eq!(sent(&sandbox), Vec::<String>::new());
    assert_eq!(days(&sandbox), expected);
}

#[test]
fn only_days_that_differ_are_sent() {
    let day = |day: &str, kind: u64, work: u64, vacation: u64| json!({ "day": day, "dayTypeId": kind, "shouldBe": work, "vacationTime": vacation });
    let attendance = json!({ "901": [
        day("2026-03-01", 13, 0, 480),
        day("2026-03-02", 12, 480, 0),
        day("2026-03-03", 13, 240, 480),
        day("2026-03-04", 13, 0, 0),
        day("2026-03-05", 13, 0, 480),
        day("2026-03-07", 12, 480, 0),
    ] });
    let sandbox = Sandbox::with_account(with(account(2), "attendance", attendance));
    let run = stage(&sandbox, json!([leave(901, "2026-03-01", "2026-03-06", "Vacation")]));
    let done = run.go(&[]).expect(0).says("4 days set for 1 users, 2 days right already");
    assert_eq!(sent(&sandbox), ["901: 2026-03-02 2026-03-03 2026-03-04 2026-03-06"]);
    for line in [
        "p901@x.test (Person 901), user 901:",
        "  2026-03-02  Working Day, 480 min of work, 0 min of vacation → Vacation, 0 min of work, 480 min of vacation",
        "  2026-03-06  nothing → Vacation, 0 min of work, 480 min of vacation",
    ] {
        assert!(done.stdout.lines().any(|shown| shown == line), "{line}: {done}");
    }
    assert!(
        days(&sandbox).contains(&"p901@x.test 2026-03-07 12 480/0".to_owned()),
        "days of no leave stay as they are"
    );
}

#[test]
fn two_hundred_and_fifty_days_are_three_requests_of_a_user() {
    let (start, finish) = ("2026-01-01", after("2026-01-01", 249));
    let sandbox = Sandbox::with_account(account(2));
    let run = stage(&sandbox, json!([leave(901, start, &finish, "Sick Leave"), leave(902, start, start, "Vacation")]));
    run.go(&[]).expect(0).says("251 days set for 2 users");
    let mut lengths: Vec<(String, usize)> = sent(&sandbox)
        .iter()
        .map(|write| {
            let (user, days) = write.split_once(": ").unwrap();
            let first = days.split(' ').next().unwrap();
            (format!("{user} from {first}"), days.split(' ').count())
        })
        .collect();
    lengths.sort();
    let expected = [
        ("901 from 2026-01-01", 100),
        ("901 from 2026-04-11", 100),
        ("901 from 2026-07-20", 50),
        ("902 from 2026-01-01", 1),
    ];
    assert_eq!(lengths, expected.map(|(from, count)| (from.to_owned(), count)));
    assert_eq!(days(&sandbox).len(), 251);
    sandbox.clear_journal();
    run.go(&[]).expect(0);
    assert_eq!(sent(&sandbox), Vec::<String>::new());
}

#[test]
fn two_short_leaves_within_a_hundred_days_share_a_request_and_further_ones_do_not() {
    let sandbox = Sandbox::with_account(account(1));
    let (near, far) = (after("2026-01-01", 99), after("2026-01-01", 100));
    let run = stage(
        &sandbox,
        json!([
            leave(901, &far, &far, "Vacation"),
            leave(901, "2026-01-01", "2026-01-01", "Vacation"),
            leave(901, &near, &near, "Vacation"),
        ]),
    );
    run.go(&[]).expect(0);
    let mut writes = sent(&sandbox);
    writes.sort();
    assert_eq!(writes, [format!("901: 2026-01-01 {near}"), format!("901: {far}")]);
    let reads = sandbox.journal().iter().filter(|entry| entry.is("GET", "attendance/*/user")).count();
    assert_eq!(reads, 2, "reading keeps to the same spans");
}

#[test]
fn where_entries_overlap_the_later_in_the_file_counts() {
    let sandbox = Sandbox::with_account(account(1));
    let run = stage(
        &sandbox,
        json!([
            leave(901, "2026-03-01", "2026-03-04", "Sick Leave"),
            leave(901, "2026-03-02", "2026-03-03", "Vacation"),
            but(leave(901, "2026-03-03", "2026-03-03", "Vacation"), json!({ "half_day": "end_of_day" })),
        ]),
    );
    run.go(&[]).expect(0);
    let expected = [
        "p901@x.test 2026-03-01 14 0/0",
        "p901@x.test 2026-03-02 13 0/480",
        "p901@x.test 2026-03-03 13 240/240",
        "p901@x.test 2026-03-04 14 0/0",
    ];
    assert_eq!(days(&sandbox), expected);
    assert_eq!(sent(&sandbox).len(), 1, "no day is sent twice");
}

#[test]
fn a_dry_run_lists_the_days_and_only_asks() {
    let sandbox = Sandbox::with_account(account(2));
    let run = stage(
        &sandbox,
        json!([
            leave(901, "2026-03-01", "2026-03-02", "Vacation"),
            leave(902, "2026-03-05", "2026-03-05", "Sick Leave"),
            leave(950, "2026-03-05", "2026-03-05", "Sick Leave"),
        ]),
    );
    let before = run.files();
    let done = run.go(&["--dry-run"]).expect(0).says("dry run: 3 days to set for 2 users in 2 requests");
    assert_eq!(
        done.stdout,
        "p901@x.test (Person 901), user 901:\n\
         \x20 2026-03-01  nothing → Vacation, 0 min of work, 480 min of vacation\n\
         \x20 2026-03-02  nothing → Vacation, 0 min of work, 480 min of vacation\n\
         p902@x.test (Person 902), user 902:\n\
         \x20 2026-03-05  nothing → Sick Leave, 0 min of work, 0 min of vacation\n\
         Left out:\n\
         \x20 entry 3 (p950@x.test, 2026-03-05 to 2026-03-05): nobody in TimeCamp has this address or external id\n\
         3 days to set for 2 users in 2 requests, 0 days right already, 1 entries left out\n"
    );
    assert!(sandbox.journal().iter().all(|entry| entry.method == "GET"));
    assert_eq!((days(&sandbox), run.files()), (Vec::new(), before), "not even a lock");
}

#[test]
fn the_account_is_read_in_few_requests() {
    let sandbox = Sandbox::with_account(account(2000));
    let leaves: Value = (901..1101).map(|person| leave(person, "2026-03-01", "2026-03-10", "Vacation")).collect();
    let run = stage(&sandbox, leaves);
    run.go(&["--dry-run"]).expect(0).prints("2000 days to set for 200 users in 200 requests");
    let count = |route: &str| sandbox.journal().iter().filter(|entry| entry.is("GET", route)).count();
    assert_eq!((count("users"), count("attendance/day_types"), count("attendance/*/user")), (1, 1, 200));
    assert!(count("user/*/setting") <= 4);
}

#[test]
fn of_day_types_of_one_name_the_one_in_use_counts() {
    let kind = |id: u64, name: &str, active: bool| json!({ "id": id, "slug": name, "name": name, "isDayOff": true, "isActive": active });
    let kinds = json!({
        "13": kind(13, "Vacation", false),
        "20": kind(20, "Vacation", true),
        "14": kind(14, "Sick Leave", false),
        "21": kind(21, "SICK LEAVE", true),
        "15": kind(15, "Wedding", false),
    });
    let sandbox = Sandbox::with_account(with(account(1), "day_types", kinds));
    let run = stage(
        &sandbox,
        json!([
            leave(901, "2026-03-01", "2026-03-01", "Vacation"),
            leave(901, "2026-03-02", "2026-03-02", "Sick Leave"),
            leave(901, "2026-03-03", "2026-03-03", "Wedding"),
        ]),
    );
    run.go(&[]).expect(0);
    let expected =
        ["p901@x.test 2026-03-01 20 0/480", "p901@x.test 2026-03-02 21 0/0", "p901@x.test 2026-03-03 15 0/0"];
    assert_eq!(days(&sandbox), expected);
}

#[test]
fn every_shape_of_answer_is_understood() {
    for (shape, all_unset) in [("list", "bare"), ("map", "not_found"), ("map", "usual")] {
        for ids in ["text", "number", "mixed"] {
            let quirks = json!({ "ids": ids, "day_types": shape, "settings": shape, "users": shape,
                "all_unset": all_unset, "order": "reverse", "bodies": "empty" });
            let sandbox = Sandbox::with_account(with(account(3), "quirks", quirks));
            let by_id = but(leave(902, "2026-03-05", "2026-03-05", "Vacation"), json!({ "email": null }));
            let run = stage(&sandbox, json!([leave(901, "2026-03-05", "2026-03-05", "Vacation"), by_id]));
            run.go(&[]).expect(0);
            assert_eq!(days(&sandbox).len(), 2, "{shape} {ids}");
            sandbox.clear_journal();
            run.go(&[]).expect(0);
            assert_eq!(sent(&sandbox), Vec::<String>::new(), "{shape} {ids}");
        }
    }
}
