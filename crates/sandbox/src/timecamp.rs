//! TimeCamp under `/third_party/api`.
//!
//! Its part of the world is an account as the golden cases of sync write one, with three keys that may be left out:
//! `attendance` (`{"901": [{"day", "dayTypeId", "shouldBe", "vacationTime"}]}`), `known` (addresses that TimeCamp
//! knows from other accounts, with their display names) and `quirks` ([`quirks::Quirks`]). A user may have `roles` in
//! groups besides their own: `{"78": "2"}`.

mod account;
mod attendance;
mod groups;
mod members;
mod people;
mod quirks;
mod settings;
mod shape;
mod view;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use self::account::Account;
use self::quirks::{Bodies, Overlap};
use crate::call::{Answer, Call};
use crate::service::{Service, Setting};

#[derive(Debug, Default)]
pub(crate) struct TimeCamp(Mutex<Account>);

impl TimeCamp {
    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for TimeCamp {
    fn name(&self) -> &'static str {
        "timecamp"
    }

    fn prefix(&self) -> &'static str {
        "/third_party/api/"
    }

    fn answer(&self, call: &Call, route: &[&str]) -> Answer {
        let mut account = self.account();
        if call.authorization != format!("Bearer {}", account.api_key) {
            return Answer::message(account.quirks.wrong_key, "authentication required - api token not found");
        }
        let answer = dispatch(&mut account, call, route);
        let silent = call.method != "GET" && answer.status == 200 && account.quirks.bodies == Bodies::Empty;
        if silent { Answer::empty() } else { answer }
    }

    fn load(&self, part: &Value) -> anyhow::Result<()> {
        let account = if part.is_null() { Account::default() } else { Account::read(part)? };
        *self.account() = account;
        Ok(())
    }

    fn state(&self) -> Value {
        self.account().write()
    }

    fn settings(&self, url: &str) -> Vec<Setting> {
        let account = self.account();
        if account.api_key.is_empty() {
            return Vec::new();
        }
        vec![
            ("TIMECAMP_DOMAIN", url.to_owned()),
            ("TIMECAMP_API_KEY", account.api_key.clone()),
            ("TIMECAMP_ROOT_GROUP_ID", account.root.to_string()),
        ]
    }

    fn busy(&self, call: &Call, route: &[&str]) -> Option<Answer> {
        let invitation = matches!((call.method.as_str(), route), ("POST", ["group", _, "user"]));
        let refused = match self.account().quirks.overlap {
            Overlap::Invitations => invitation,
            Overlap::Writes => call.method != "GET",
            Overlap::Allowed => false,
        };
        refused.then(|| Answer::message(429, "You cannot process multiple request at once. Try again later."))
    }

    fn view(&self, _now: u64) -> Option<Value> {
        Some(view::view(&self.account()))
    }
}

fn dispatch(account: &mut Account, call: &Call, route: &[&str]) -> Answer {
    match (call.method.as_str(), route) {
        ("GET", ["me"]) => people::me(account),
        ("GET", ["users"]) => people::list(account, call),
        ("POST", ["user"]) => people::edit(account, call),
        ("GET", ["people_picker"]) => people::picker(account, call),
        ("GET", ["group"]) => groups::list(account),
        ("PUT", ["group"]) => groups::create(account, call),
        ("POST", ["group"]) => groups::change(account, call),
        ("DELETE", ["group"]) => groups::remove(account, call),
        ("GET", ["group", group, "user"]) => members::list(account, call, group),
        ("POST", ["group", group, "user"]) => members::invite(account, call, group),
        ("PUT", ["group", group, "user"]) => members::place(account, call, group),
        ("DELETE", ["group", group, "user"]) => members::remove(account, call, group),
        ("GET", ["user", ids, "setting"]) => settings::read(account, call, ids),
        ("PUT", ["user", id, "setting"]) => settings::write(account, call, id),
        ("DELETE", ["user", id, "setting"]) => settings::clear(account, call, id),
        ("GET", ["attendance", "day_types"]) => attendance::day_types(account),
        ("POST", ["attendance", id, "user"]) => attendance::write(account, call, id),
        ("GET", ["attendance", id, "user"]) => attendance::read(account, call, id),
        _ => Answer::json(404, &json!({ "message": "Not found" })),
    }
}
