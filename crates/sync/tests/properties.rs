//! What holds for every account, every source and every setting.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "generators of test data, outside the test functions"
)]

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};
use sync::observe::assemble;
use sync::pending::{Pending, PendingSettings, PendingUser};
use sync::plan::{Inputs, Plan, Releases, Scope, plan};
use sync::roster::{Roster, Row};
use sync::settings::{Leavers, Limit, Limits, Policy, Switch};
use sync::world::{Account, Origin, State, World};
use timecamp_scim_core::models::{Role, Status};
use timecamp_scim_core::names::{GroupPath, address_key};
use timecamp_scim_core::timecamp::{Group, GroupId, Setting, User, UserId};

const NO_LIMITS: Limits = Limits { deactivations: Limit::Off, seats: Limit::Off };
const ROOT: u64 = 100;

/// Few values, so that addresses, ids and names collide all the time.
fn address() -> impl Strategy<Value = String> {
    select(vec!["a@x.test", "A@x.test", "b@x.test", "c@x.test", "C@X.test", "d@x.test", "e@y.test", "f@y.test"])
        .prop_map(str::to_owned)
}

fn maybe<S: Strategy<Value = String>>(text: S) -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), text]
}

fn external_id() -> impl Strategy<Value = String> {
    maybe(select(vec!["1", "2", "3"]).prop_map(str::to_owned))
}

fn group_name() -> impl Strategy<Value = String> {
    select(vec!["A", "a", " A ", "B", "Cafe\u{301}", "Caf\u{e9}", "D"]).prop_map(str::to_owned)
}

fn path() -> impl Strategy<Value = GroupPath> {
    vec(group_name(), 0..4).prop_map(|parts| GroupPath::parse(&parts.join("/")))
}

fn role_id() -> impl Strategy<Value = u64> {
    select(vec![1, 2, 3, 5])
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    vec((group_name(), 0_usize..9), 0..8).prop_map(|drawn| {
        let mut groups = vec![Group { id: GroupId(ROOT), name: "Acme".to_owned(), parent: GroupId(0) }];
        for (name, above) in drawn {
            // Below an earlier group, or at the top beside the root group.
            let parent = if above == 8 { GroupId(0) } else { groups[above % groups.len()].id };
            groups.push(Group { id: GroupId(ROOT + groups.len() as u64), name, parent });
        }
        groups
    })
}

fn account() -> impl Strategy<Value = Account> {
    let keys = (address(), maybe(address()), external_id(), select(vec!["N", "M", ""]));
    (keys, 0_usize..8, role_id(), any::<bool>(), any::<bool>()).prop_map(|(keys, group, role, manual, disabled)| {
        let (email, additional_email, external_id, name) = keys;
        Account {
            id: UserId(0),
            email,
            name: name.to_owned(),
            group: GroupId(group as u64),
            role,
            additional_email,
            external_id,
            origin: if manual { Origin::Manual } else { Origin::Synced },
            state: if disabled { State::Disabled } else { State::Enabled },
        }
    })
}

fn world() -> impl Strategy<Value = World> {
    (groups(), vec(account(), 1..8), 0_usize..10).prop_map(|(groups, accounts, me)| {
        let mut users = BTreeMap::new();
        let mut primary = BTreeSet::new();
        for account in accounts {
            // TimeCamp knows a primary address once.
            if primary.insert(address_key(&account.email)) {
                let id = UserId(1000 + users.len() as u64);
                let group = groups[usize::try_from(account.group.0).unwrap() % groups.len()].id;
                users.insert(id, Account { id, group, ..account });
            }
        }
        let me = users.keys().nth(me).copied();
        let groups = groups.into_iter().map(|group| (group.id, group)).collect();
        World { me, root: GroupId(ROOT), users, groups, guests: BTreeMap::new() }
    })
}

fn row() -> impl Strategy<Value = Row> {
    let role = select(vec![Role::Administrator, Role::Supervisor, Role::User, Role::Guest]);
    (address(), maybe(address()), external_id(), path(), role, any::<bool>()).prop_map(
        |(email, real_email, external_id, path, role, active)| Row {
            key: address_key(&email),
            name: format!("Name of {external_id}"),
            email,
            path,
            status: if active { Status::Active } else { Status::Inactive },
            role,
            real_email,
            external_id,
        },
    )
}

fn roster() -> impl Strategy<Value = Roster> {
    (vec(row(), 0..8), btree_set(address(), 0..2)).prop_map(|(rows, unplaced)| Roster {
        rows,
        unplaced: unplaced.iter().map(|address| address_key(address)).collect(),
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let leavers = (any::<bool>(), proptest::option::of(0_u64..8));
    let ignored = btree_set((1000_u64..1008).prop_map(UserId), 0..2);
    (vec(any::<bool>(), 9), leavers, ignored, proptest::option::of(1_usize..4)).prop_map(
        |(on, (disable, group), ignored, depth)| Policy {
            invitations: Switch::from(on[0]),
            manual_users: Switch::from(on[1]),
            leavers: Leavers { disable: Switch::from(disable), group: group.map(|id| GroupId(ROOT + id)) },
            external_ids: Switch::from(on[2]),
            additional_emails: Switch::from(on[3]),
            moves: Switch::from(on[4]),
            roles: Switch::from(on[5]),
            group_creation: Switch::from(on[6]),
            primary_follows: Switch::from(on[7]),
            empty_group_removal: Switch::from(on[8]),
            ignored,
            depth,
        },
    )
}

fn pending() -> impl Strategy<Value = Pending> {
    let new = address().prop_map(|email| {
        let user = PendingUser {
            email: email.clone(),
            name: None,
            group_id: None,
            real_email: None,
            external_id: None,
            role: None,
        };
        (address_key(&email), user)
    });
    let names = select(vec!["added_manually", "disabled_user", "external_id", "additional_email"]);
    let value = select(vec!["0", "1"]);
    let owed = btree_map(names.prop_map(str::to_owned), value.prop_map(str::to_owned), 1..3);
    let settings = ((1000_u64..1010).prop_map(UserId), owed)
        .prop_map(|(user_id, settings)| (user_id, PendingSettings { user_id, email: String::new(), settings }));
    (vec(new, 0..2), vec(settings, 0..2)).prop_map(|(new_users, settings)| Pending {
        new_users: new_users.into_iter().collect(),
        settings: settings.into_iter().collect(),
    })
}

fn planned(world: &World, roster: &Roster, policy: &Policy, pending: &Pending) -> Plan {
    plan(&Inputs { world, roster, policy, pending }, NO_LIMITS, Releases::default(), Scope::Everybody)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// One run settles: planning after applying finds nothing to do.
    #[test]
    fn planning_after_applying_is_empty(world in world(), roster in roster(), policy in policy(), pending in pending()) {
        let policy = known_group(policy, &world);
        let first = planned(&world, &roster, &policy, &pending);
        let after = world.after(&first);
        let second = planned(&after, &roster, &policy, &Pending::default());
        prop_assert!(second.is_empty(), "first {first:#?}\nsecond {second:#?}");
    }

    /// The plan does not depend on the order of the account's answers.
    #[test]
    fn the_order_of_the_answers_does_not_matter(world in world(), roster in roster(), policy in policy(), seed in any::<u64>()) {
        let policy = known_group(policy, &world);
        let usual = answered(&world, None);
        let shuffled = answered(&world, Some(seed));
        prop_assert_eq!(&usual, &world);
        let pending = Pending::default();
        prop_assert_eq!(planned(&usual, &roster, &policy, &pending), planned(&shuffled, &roster, &policy, &pending));
    }

    /// The key's own user is never disabled, moved to the disabled-users group, or demoted from administrator; and
    /// ignored people are never touched.
    #[test]
    fn some_people_are_never_touched(world in world(), roster in roster(), policy in policy(), pending in pending()) {
        let policy = known_group(policy, &world);
        let after = world.after(&planned(&world, &roster, &policy, &pending));
        if let Some(me) = world.me {
            let (was, is) = (&world.users[&me], &after.users[&me]);
            prop_assert!(was.state == State::Disabled || is.state == State::Enabled);
            prop_assert!(was.role != 1 || is.role == 1);
        }
        for id in policy.ignored.iter().filter(|id| world.users.contains_key(id)) {
            prop_assert_eq!(world.users.get(id), after.users.get(id));
        }
    }
}

/// The disabled-users group must exist; a sync with an unknown one stops before it plans.
fn known_group(mut policy: Policy, world: &World) -> Policy {
    policy.leavers.group = policy.leavers.group.filter(|group| world.groups.contains_key(group));
    policy
}

/// The account as it is put together from TimeCamp's answers, in their order or in another one.
fn answered(world: &World, seed: Option<u64>) -> World {
    let mut users: Vec<User> = world
        .users
        .values()
        .map(|account| User {
            id: account.id,
            email: account.email.clone(),
            name: account.name.clone(),
            group: Some(account.group),
        })
        .collect();
    let mut groups: Vec<Group> = world.groups.values().cloned().collect();
    if let Some(seed) = seed {
        shuffle(&mut users, seed);
        shuffle(&mut groups, seed);
    }
    let roles = world.users.values().map(|account| ((account.group, account.id), account.role)).collect();
    let settings = world.users.values().map(|account| {
        let flag = |on: bool| if on { "1" } else { "0" }.to_owned();
        let settings = BTreeMap::from([
            (Setting::AdditionalEmail, account.additional_email.clone()),
            (Setting::ExternalId, account.external_id.clone()),
            (Setting::AddedManually, flag(account.origin == Origin::Manual)),
            (Setting::DisabledUser, flag(account.state == State::Disabled)),
        ]);
        (account.id, settings)
    });
    assemble(world.me, world.root, users, groups, (&roles, settings.collect()))
}

/// Puts items into another order, the same for the same seed.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for last in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, usize::try_from(state >> 33).unwrap() % (last + 1));
    }
}
