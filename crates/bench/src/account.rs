//! A TimeCamp account and the people it should have, made in memory: what planning is measured with.

use serde_json::json;
use std::collections::BTreeMap;
use sync::pending::Pending;
use sync::plan::{Inputs, Plan, Releases, Scope, plan};
use sync::roster::Roster;
use sync::settings::{Leavers, Limit, Limits, Policy, Switch};
use sync::world::{Account, Origin, State, World};
use timecamp_scim_core::timecamp::{Group, GroupId, UserId};

/// People who share a department.
const A_DEPARTMENT: u64 = 50;
/// Departments that share a division.
const A_DIVISION: u64 = 10;
const ROOT: GroupId = GroupId(1);

/// An account of some size and the people it should have.
#[derive(Debug)]
pub struct Case {
    world: World,
    roster: Roster,
    policy: Policy,
    pending: Pending,
}

impl Case {
    /// `people` accounts; of a hundred people one has another name, one another department, one is new and one has left.
    pub fn new(people: u64) -> anyhow::Result<Self> {
        let file = roster_file(people);
        let roster = Roster::parse(file.as_bytes(), &[])?;
        Ok(Self { world: world(people), roster, policy: policy(), pending: Pending::default() })
    }

    /// What the plan is made from.
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs { world: &self.world, roster: &self.roster, policy: &self.policy, pending: &self.pending }
    }

    /// The plan for everybody, with the guards out of the way.
    pub fn plan(&self) -> Plan {
        let limits = Limits { deactivations: Limit::Off, seats: Limit::Off };
        plan(&self.inputs(), limits, Releases::default(), Scope::Everybody)
    }
}

fn policy() -> Policy {
    Policy {
        invitations: Switch::On,
        manual_users: Switch::On,
        leavers: Leavers { disable: Switch::On, group: None },
        external_ids: Switch::On,
        additional_emails: Switch::On,
        moves: Switch::On,
        roles: Switch::On,
        group_creation: Switch::On,
        primary_follows: Switch::Off,
        empty_group_removal: Switch::On,
        ignored: std::collections::BTreeSet::new(),
        depth: None,
    }
}

fn world(people: u64) -> World {
    let departments = people.div_ceil(A_DEPARTMENT);
    let root = Group { id: ROOT, name: "Acme".to_owned(), parent: GroupId(0) };
    let divisions = (0..departments.div_ceil(A_DIVISION)).map(|number| Group {
        id: GroupId(10 + number),
        name: format!("Division {number}"),
        parent: ROOT,
    });
    let below = (0..departments).map(|number| Group {
        id: department(number),
        name: format!("Department {number}"),
        parent: GroupId(10 + number / A_DIVISION),
    });
    let groups = std::iter::once(root).chain(divisions).chain(below);
    World {
        me: Some(UserId(1)),
        root: ROOT,
        users: (0..people).map(account).map(|account| (account.id, account)).collect(),
        groups: groups.map(|group| (group.id, group)).collect(),
        guests: BTreeMap::new(),
    }
}

fn department(number: u64) -> GroupId {
    GroupId(1_000_000 + number)
}

fn account(number: u64) -> Account {
    Account {
        id: UserId(2_000_000 + number),
        email: format!("person.{number}@acme.example"),
        name: format!("Person {number}"),
        group: department(number / A_DEPARTMENT),
        role: 3,
        additional_email: String::new(),
        external_id: format!("e{number}"),
        origin: Origin::Synced,
        state: State::Enabled,
    }
}

fn roster_file(people: u64) -> String {
    let mut rows: Vec<serde_json::Value> = Vec::new();
    for number in 0..people {
        let (id, name, group) = match number % 100 {
            // Left, and somebody new in the same place.
            17 => (number + people, format!("Person {}", number + people), number / A_DEPARTMENT),
            34 => (number, format!("Person {number} Newname"), number / A_DEPARTMENT),
            51 => (number, format!("Person {number}"), 0),
            _ => (number, format!("Person {number}"), number / A_DEPARTMENT),
        };
        rows.push(json!({
            "timecamp_external_id": format!("e{id}"),
            "timecamp_user_name": name,
            "timecamp_email": format!("person.{id}@acme.example"),
            "timecamp_groups_breadcrumb": format!("Division {}/Department {group}", group / A_DIVISION),
            "timecamp_status": "active",
            "timecamp_role": "user",
        }));
    }
    serde_json::Value::Array(rows).to_string()
}
