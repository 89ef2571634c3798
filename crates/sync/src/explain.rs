//! `--explain ADDRESS`: how one person was matched, what would change and why, and what was decided against.

use crate::identity::{Matches, identify};
use crate::plan::{Inputs, Plan};
use crate::roster::Row;
use crate::show::plan_text;
use crate::world::{Account, Origin, State, Tree};
use std::fmt::Write as _;
use timecamp_scim_core::names::address_key;

/// The story of one person. `plan` is the plan for everybody, `own` what of it concerns this person.
pub fn explain(inputs: &Inputs<'_>, plan: &Plan, own: &Plan, address: &str) -> String {
    let key = address_key(address);
    let matches = identify(inputs.world, inputs.roster, inputs.policy);
    let mut text = String::new();
    let rows = inputs.roster.rows.iter().enumerate();
    let rows: Vec<(usize, &Row)> =
        rows.filter(|(_, row)| row.key == key || address_key(&row.real_email) == key).collect();
    if rows.is_empty() {
        let _ = writeln!(text, "Source: no row has {address} as its address or second address.");
    }
    for (number, row) in rows {
        row_text(&mut text, inputs, &matches, number, row);
    }
    let tree = Tree::new(inputs.world);
    let accounts: Vec<&Account> =
        inputs.world.users.values().filter(|account| account.addresses().any(|found| found == key)).collect();
    if accounts.is_empty() {
        let _ = writeln!(text, "TimeCamp: no account has {address} as its primary or additional address.");
    }
    for account in accounts {
        account_text(&mut text, inputs, &tree, &matches, account);
    }
    for withheld in &plan.withheld {
        if withheld.subjects.iter().any(|subject| address_key(subject).contains(&key)) {
            let _ = writeln!(text, "Withheld in a run for everybody: {}", withheld.message);
        }
    }
    let _ = writeln!(text, "\nWhat a run would do for this person:\n{}", plan_text(own));
    text
}

fn row_text(text: &mut String, inputs: &Inputs<'_>, matches: &Matches, number: usize, row: &Row) {
    let Row { email, key: _, name, path, status, role, real_email, external_id } = row;
    let _ = writeln!(
        text,
        "Source: row {}: {name} <{email}>, {status:?}, {role}, department `{path}`, external id `{external_id}`, second address `{real_email}`.",
        number + 1
    );
    let verdict = if matches.repeated.contains(&number) {
        "It does not count: another row of the same address does.".to_owned()
    } else if let Some(account) = matches.of_row.get(&number) {
        let pass = matches.of_account.get(account).map_or("", |(_, pass)| pass.words());
        let address = inputs.world.users.get(account).map(|account| account.email.clone()).unwrap_or_default();
        format!("It is user {account} ({address}), found by {pass}.")
    } else if matches.displaced.contains(&number) {
        "Its address is only on accounts that other rows got: nobody is invited.".to_owned()
    } else {
        "No account was found for it: by address, additional address, external id or second address.".to_owned()
    };
    let _ = writeln!(text, "  {verdict}");
}

fn account_text(text: &mut String, inputs: &Inputs<'_>, tree: &Tree<'_>, matches: &Matches, account: &Account) {
    let Account { id, email, name, group, role: _, additional_email, external_id, origin, state } = account;
    let state = if *state == State::Disabled { "disabled" } else { "enabled" };
    let manual = if *origin == Origin::Manual { "added by hand" } else { "not added by hand" };
    let _ = writeln!(
        text,
        "TimeCamp: user {id}: {name} <{email}>, {state}, {manual}, in {}, additional address `{additional_email}`, external id `{external_id}`.",
        tree.path(*group)
    );
    let policy = inputs.policy;
    let notes = [
        (policy.ignored.contains(id), "It is in TIMECAMP_IGNORED_USER_IDS: never touched."),
        (
            inputs.world.me == Some(*id),
            "It is the key's own user: never disabled, demoted or moved to the disabled-users group.",
        ),
        (
            *origin == Origin::Manual && !policy.manual_users.on(),
            "TIMECAMP_DISABLE_MANUAL_USER_UPDATES leaves it alone.",
        ),
        (inputs.pending.settings.contains_key(id), "An earlier run was changing it when it ended."),
        (!matches.of_account.contains_key(id), "No row of the source matched it."),
        (
            account.addresses().any(|key| inputs.roster.unplaced.contains(&key)),
            "prepare had to drop its person for a defect: left alone.",
        ),
    ];
    for (_, note) in notes.into_iter().filter(|(holds, _)| *holds) {
        let _ = writeln!(text, "  {note}");
    }
}
