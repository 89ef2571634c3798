//! What an earlier run left, of ours or of the Python original.

use crate::help::{account, group, invitations, owner_row, row, seen, settled, sync, user, with};
use sandbox::{Do, Fault, On, Sandbox};
use serde_json::{Value, json};
use testkit::Run;

const NEW: &str = "var/pending_new_users.json";
const SETTINGS: &str = "var/pending_user_settings.json";

/// Ann and Bob in Team; `settings` of Ann; these rows besides the owner's; nobody added by hand is touched.
fn left(settings: &Value, rows: Vec<Value>) -> (Sandbox, Run) {
    let ann = with(user(2, "ann@x.test", 101), json!({ "settings": settings }));
    let groups = vec![group(101, "Team", 100), group(102, "Leavers", 100)];
    let sandbox = Sandbox::with_account(account(groups, vec![ann, user(3, "bob@x.test", 101)]));
    let rows: Vec<Value> = [owner_row(), row("bob@x.test", "Team")].into_iter().chain(rows).collect();
    let run = sync(&sandbox, &Value::Array(rows)).env("TIMECAMP_DISABLE_MANUAL_USER_UPDATES", "true");
    (sandbox, run)
}

fn owed(id: u64, email: &str, settings: &Value) -> String {
    json!({ id.to_string(): { "user_id": id, "email": email, "settings": settings } }).to_string()
}

#[test]
fn a_pending_person_is_never_manual_and_is_finished() {
    let manual = json!({ "added_manually": "1", "external_id": "id-ann@x.test" });
    let renamed = with(row("ann@x.test", "Team"), json!({ "timecamp_user_name": "Ann Renamed" }));
    let (sandbox, run) = left(&manual, vec![renamed.clone()]);
    run.go(&[]).expect(0);
    assert_eq!(seen(&sandbox, "ann@x.test")["name"], "ann", "by hand: left alone");
    run.write(SETTINGS, owed(2, "ann@x.test", &json!({ "added_manually": "0" })));
    run.go(&["--dry-run"]).expect(0).prints("Ann Renamed");
    run.go(&[]).expect(0);
    let ann = seen(&sandbox, "ann@x.test");
    assert_eq!((&ann["name"], &ann["manual"]), (&json!("Ann Renamed"), &json!(false)));
    settled(&run).unwrap();
}

#[test]
fn nothing_but_added_manually_may_be_owed() {
    let manual = json!({ "added_manually": "1", "external_id": "id-ann@x.test" });
    let (sandbox, run) = left(&manual, vec![row("ann@x.test", "Team")]);
    run.write(SETTINGS, owed(2, "ann@x.test", &json!({ "added_manually": "0" })));
    run.go(&["--check"]).expect(7);
    run.go(&[]).expect(0).prints("an earlier run ended");
    assert_eq!(seen(&sandbox, "ann@x.test")["manual"], false);
    assert_eq!(sandbox.writes().len(), 1);
    settled(&run).unwrap();
}

#[test]
fn what_the_original_left_is_carried_out_unless_the_source_says_otherwise() {
    let disable = json!({ "disabled_user": "1", "added_manually": "0" });
    // Not in the source: it would be disabled anyway, though by hand. So is somebody with nothing but the entry.
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), vec![]);
    run.write(SETTINGS, owed(2, "ann@x.test", &disable));
    run.clone().env("TIMECAMP_DISABLE_USER_DEACTIVATION", "true").go(&[]).expect(0);
    let ann = seen(&sandbox, "ann@x.test");
    assert_eq!((&ann["disabled"], &ann["manual"]), (&json!(true), &json!(false)));
    settled(&run).unwrap();
    // Active in the source now: not disabled, and the entry is dropped.
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), vec![row("ann@x.test", "Team")]);
    run.write(SETTINGS, owed(2, "ann@x.test", &disable));
    run.go(&[]).expect(0);
    let ann = seen(&sandbox, "ann@x.test");
    assert_eq!((&ann["disabled"], &ann["manual"]), (&json!(false), &json!(false)));
    settled(&run).unwrap();
    // Settings as numbers, ids as text, and a name that nobody knows.
    let (sandbox, run) =
        left(&json!({ "added_manually": "1", "external_id": "id-ann@x.test" }), vec![row("ann@x.test", "Team")]);
    let odd =
        json!({ "2": { "user_id": "2", "email": "ann@x.test", "settings": { "added_manually": 0, "other": null } } });
    run.write(SETTINGS, odd.to_string());
    run.go(&[]).expect(0);
    assert_eq!(seen(&sandbox, "ann@x.test")["manual"], false);
    settled(&run).unwrap();
}

#[test]
fn what_the_original_left_stays_written_down_until_it_is_carried_out() {
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), vec![]);
    run.write(SETTINGS, owed(2, "ann@x.test", &json!({ "disabled_user": "1", "added_manually": "0" })));
    let run = run.env("TIMECAMP_DISABLE_USER_DEACTIVATION", "true");
    let disabling = On::timecamp("PUT", "user/*/setting").containing("disabled_user");
    sandbox.fault(Fault::new(disabling, Do::status(400)));
    run.go(&[]).expect(5).says("ann@x.test");
    assert_eq!(run.json(SETTINGS)["2"]["settings"]["disabled_user"], "1");
    sandbox.clear_faults();
    run.go(&[]).expect(0);
    assert_eq!(seen(&sandbox, "ann@x.test")["disabled"], true);
    settled(&run).unwrap();
}

#[test]
fn an_invited_person_is_finished_as_a_new_one_whatever_is_switched_off() {
    // Ann was invited by a run that died: she is in the root group, an ordinary user without anything.
    let rows =
        vec![with(row("ann@x.test", "Leavers"), json!({ "timecamp_role": "guest", "timecamp_user_name": "Ann New" }))];
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), rows);
    let entry = json!([{ "email": "ANN@x.test", "name": "Ann New", "group_id": 102, "real_email": null,
                         "external_id": "id-ann@x.test", "role": "guest" }]);
    run.write(NEW, entry.to_string());
    let run = run.envs([("TIMECAMP_DISABLE_GROUP_UPDATES", "true"), ("TIMECAMP_DISABLE_ROLE_UPDATES", "true")]);
    run.go(&[]).expect(0);
    let ann = seen(&sandbox, "ann@x.test");
    assert_eq!((&ann["group"], &ann["role"]), (&json!("Acme/Leavers"), &json!("5")));
    assert_eq!(
        (&ann["name"], &ann["external_id"], &ann["manual"]),
        (&json!("Ann New"), &json!("id-ann@x.test"), &json!(false))
    );
    assert!(invitations(&sandbox).is_empty());
    settled(&run).unwrap();
}

#[test]
fn ignored_people_stay_untouched_even_when_something_is_owed() {
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), vec![row("ann@x.test", "Leavers")]);
    run.write(SETTINGS, owed(2, "ann@x.test", &json!({ "added_manually": "0", "disabled_user": "1" })));
    run.write(NEW, json!([{ "email": "ann@x.test" }]).to_string());
    let run = run.env("TIMECAMP_IGNORED_USER_IDS", "2");
    run.go(&[]).expect(0);
    assert!(sandbox.writes().is_empty(), "{:?}", sandbox.writes());
}

#[test]
fn entries_of_people_who_are_gone_are_dropped_with_a_warning() {
    let (sandbox, run) = left(&json!({}), vec![]);
    run.write(SETTINGS, owed(77, "gone@x.test", &json!({ "added_manually": "0" })));
    run.write(NEW, json!([{ "email": "never@x.test", "name": "Never", "group_id": "101" }]).to_string());
    let run = run.env("TIMECAMP_IGNORED_USER_IDS", "2");
    let done = run.go(&[]).expect(0);
    for email in ["gone@x.test", "never@x.test"] {
        assert!(done.warnings().iter().any(|line| line.contains(email)), "{email}: {done}");
    }
    assert!(sandbox.writes().is_empty());
    settled(&run).unwrap();
    run.go(&[]).expect(0).says_not("gone@x.test");
}

#[test]
fn a_pending_file_that_cannot_be_read_stops_the_run_before_any_write() {
    for (file, text) in [
        (NEW, "{"),
        (NEW, "[{\"name\":\"no address\"}]"),
        (NEW, "{\"a\":1}"),
        (SETTINGS, "[1]"),
        (SETTINGS, "{\"2\":{\"user_id\":\"two\"}}"),
        (SETTINGS, ""),
    ] {
        let (sandbox, run) = left(&json!({}), vec![row("new@x.test", "Team")]);
        run.write(file, text);
        for flags in [&[][..], &["--dry-run"]] {
            run.go(flags).expect(1).says("pending_").says("nothing was changed");
        }
        assert!(sandbox.writes().is_empty());
        assert_eq!(run.read(file), text, "it is left for somebody to look at");
    }
}

#[test]
fn somebody_who_was_invited_and_then_left_is_disabled_and_forgotten() {
    let (sandbox, run) = left(&json!({ "added_manually": "1" }), vec![]);
    run.write(NEW, json!([{ "email": "ann@x.test", "name": "Ann", "group_id": "101" }]).to_string());
    run.go(&[]).expect(0);
    let ann = seen(&sandbox, "ann@x.test");
    assert_eq!((&ann["disabled"], &ann["manual"]), (&json!(true), &json!(false)));
    settled(&run).unwrap();
}
