//! An account that needs every kind of change, and the rows that ask for them.

use crate::help::{account, group, owner_row, quirky, row, sync, user, with};
use sandbox::Sandbox;
use serde_json::{Value, json};
use testkit::Run;

/// The account: invited people stay out of sight for a moment, and everything else is as odd as it usually is.
pub(crate) fn scene() -> Value {
    let groups = vec![
        group(101, "Sales", 100),
        group(102, "EMEA", 101),
        group(103, "Leavers", 100),
        group(104, "Old", 100),
        group(105, "Older", 104),
        group(106, "Support", 100),
    ];
    let plain = |id: u64, name: &str, group: u64| user(id, &format!("{name}@x.test"), group);
    let set = |user: Value, settings: Value| with(user, json!({ "settings": settings }));
    let users = vec![
        with(plain(2, "ann", 101), json!({ "display_name": "Ann of Old" })),
        plain(3, "bob", 101),
        plain(4, "cid", 101),
        set(plain(5, "dan.old", 102), json!({ "external_id": "id-dan@x.test" })),
        set(plain(6, "eve", 103), json!({ "external_id": "id-eve@x.test", "disabled_user": "1" })),
        plain(7, "fay", 105),
        plain(8, "gus", 101),
        set(plain(9, "hal", 101), json!({})),
        plain(10, "ida", 106),
        set(plain(11, "jon", 104), json!({ "disabled_user": "1" })),
        with(plain(12, "kim", 105), json!({ "display_name": "Kim of Old", "role_id": "2", "settings": {} })),
        plain(13, "lee", 101),
        with(plain(14, "moe", 101), json!({ "display_name": "By hand", "settings": { "added_manually": "1" } })),
        set(plain(15, "ned", 106), json!({ "external_id": "id-ned@x.test", "disabled_user": "1" })),
        plain(16, "gone", 100),
    ];
    quirky(account(groups, users), &json!({ "visible_after_ms": 30 }))
}

/// The rows.
pub(crate) fn rows() -> Value {
    let plain = |name: &str, path: &str| row(&format!("{name}@x.test"), path);
    json!([
        owner_row(),
        plain("ann", "Sales"),
        plain("bob", "Support"),
        with(plain("cid", "Sales"), json!({ "timecamp_role": "supervisor" })),
        plain("dan", "Sales/EMEA"),
        plain("eve", "Sales"),
        with(plain("gus", "Sales"), json!({ "timecamp_status": "inactive" })),
        plain("hal", "Sales"),
        with(plain("ida", "Support"), json!({ "timecamp_real_email": "ida.private@y.test" })),
        with(
            plain("kim", "Engineering/Platform"),
            json!({ "timecamp_role": "guest", "timecamp_real_email": "k@y.test" })
        ),
        plain("lee", "Support"),
        plain("moe", "Support"),
        plain("ned", "Support"),
        with(
            plain("new1", "Engineering/Platform"),
            json!({ "timecamp_role": "supervisor", "timecamp_user_name": "New One" })
        ),
        with(plain("new2", "Engineering/Platform"), json!({ "timecamp_real_email": "n2@y.test" })),
        with(plain("new3", "Engineering"), json!({ "timecamp_user_name": "New Three" })),
        with(plain("new4", "Sales"), json!({ "timecamp_external_id": "", "timecamp_role": "guest" })),
    ])
}

/// A fresh sandbox with this account, and the run that brings it in sync.
pub(crate) fn start(account: Value) -> (Sandbox, Run) {
    let sandbox = Sandbox::with_account(account);
    let run = sync(&sandbox, &rows()).envs([
        ("TIMECAMP_UPDATE_EMAIL_ON_EXTERNAL_ID", "true"),
        ("TIMECAMP_DISABLED_USERS_GROUP_ID", "103"),
        ("TIMECAMP_REMOVE_EMPTY_GROUPS", "true"),
        ("TIMECAMP_DISABLE_MANUAL_USER_UPDATES", "true"),
        ("TIMECAMP_MAX_DEACTIVATIONS", "off"),
    ]);
    (sandbox, run)
}

/// What an undisturbed run makes of it: the view, and the requests.
pub(crate) fn undisturbed() -> (Value, Vec<sandbox::Entry>) {
    let (sandbox, run) = start(scene());
    run.go(&[]).expect(0);
    (sandbox.view(), sandbox.journal())
}
