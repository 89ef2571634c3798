//! The guards: which parts of a plan are withheld because they are too much for one run. Judged before any write.

use super::{Change, Field, Kind, NewGroup, Place, Plan, UserPlan, Withheld, empty};
use crate::settings::{Limit, Limits, Policy};
use crate::world::{Account, Origin, State, Tree, World};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::models::Role;
use timecamp_scim_core::names::address_key;
use timecamp_scim_core::timecamp::{GroupId, UserId};

/// Up to so many people a percentage never trips, unless it is more than half of them.
const FEW: usize = 10;
/// From so many people on, more than half of them trips a percentage.
const HALF_FROM: usize = 3;
/// Up to so many seats a percentage never trips.
const FEW_SEATS: usize = 50;

/// Flags that let a withheld part through, for one run: all of it if it is at most so much, else nothing of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Releases {
    /// `--allow-deactivations`
    pub deactivations: Option<usize>,
    /// `--allow-new-users`
    pub seats: Option<usize>,
    /// `--allow-sweep root-moves=`
    pub root_moves: Option<usize>,
    /// `--allow-sweep group-removals=`
    pub group_removals: Option<usize>,
    /// `--allow-sweep address-changes=`
    pub address_changes: Option<usize>,
    /// `--allow-sweep role-losses=`
    pub role_losses: Option<usize>,
}

impl Releases {
    /// Each that was given: its guard, and the flag as it is typed.
    pub fn flags(self) -> impl Iterator<Item = (&'static str, String)> {
        let Self { deactivations, seats, root_moves, group_removals, address_changes, role_losses } = self;
        let people = [
            ("deactivations", deactivations.map(|most| format!("--allow-deactivations {most}"))),
            ("seats", seats.map(|most| format!("--allow-new-users {most}"))),
        ];
        let sweeps = [
            ("root-moves", root_moves),
            ("group-removals", group_removals),
            ("address-changes", address_changes),
            ("role-losses", role_losses),
        ];
        let sweeps = sweeps.map(|(guard, most)| (guard, most.map(|most| format!("--allow-sweep {guard}={most}"))));
        people.into_iter().chain(sweeps).filter_map(|(guard, flag)| Some((guard, flag?)))
    }
}

/// What the guards are held against.
#[derive(Debug, Clone, Copy)]
pub struct Guards<'a> {
    /// The account.
    pub world: &'a World,
    /// The settings that shape the plan.
    pub policy: &'a Policy,
    /// The limits.
    pub limits: Limits,
    /// What is let through.
    pub releases: Releases,
}

/// A limit, what it is a share of, and what lets it be exceeded.
#[derive(Clone, Copy)]
struct Rule {
    limit: Limit,
    of: usize,
    few: usize,
    half_from: usize,
    release: Option<usize>,
}

impl Rule {
    fn trips(self, count: usize) -> bool {
        if self.release.is_some_and(|most| count <= most) {
            return false;
        }
        match self.limit {
            Limit::Off => false,
            Limit::Count(most) => count as u64 > most,
            Limit::Percent(percent) => {
                let exceeded = count as u64 * 100 > percent * self.of as u64;
                let half = count * 2 > self.of && count >= self.half_from;
                exceeded && (count > self.few || half)
            }
        }
    }

    fn words(self) -> String {
        match self.limit {
            Limit::Off => "no limit".to_owned(),
            Limit::Count(most) => format!("the limit is {most}"),
            Limit::Percent(percent) => format!("the limit is {percent}% of {}", self.of),
        }
    }
}

/// Why new and re-enabled users are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Because {
    /// Each takes a seat.
    Seats,
    /// As many leave in the same run, and were withheld.
    Pair,
}

/// What a sweep is about.
struct Sweep {
    guard: &'static str,
    field: Field,
    what: &'static str,
}

impl Guards<'_> {
    /// Judges a stored plan again before it is carried out.
    #[must_use]
    pub fn again(&self, mut plan: Plan) -> Plan {
        self.hold_people(&mut plan);
        // Who is withheld keeps the group they are in, and every group above it.
        let mut kept = empty::occupied(self.world, &plan);
        plan.remove_groups.retain(|group| {
            let stays = kept.contains(&group.id);
            if stays {
                kept.insert(group.parent);
            }
            !stays
        });
        self.hold_removals(&mut plan, below_root(&Tree::new(self.world).below(self.world.root)));
        plan
    }

    /// Withholds people and changes of people.
    pub(super) fn hold_people(&self, plan: &mut Plan) {
        let leaving = self.leaving(plan);
        let rule = self.people_rule(self.releases.deactivations);
        let leaving_trips = rule.trips(leaving.len());
        let adding = plan.invitations.len() + plan.of_kind(Kind::Reenable).count();
        let pair = leaving_trips && self.people_rule(None).trips(adding);
        if leaving_trips {
            withhold_leaving(plan, &leaving, rule);
        }
        self.hold_seats(plan, adding, if pair { Because::Pair } else { Because::Seats });
        let root_moves =
            Sweep { guard: "root-moves", field: Field::Group, what: "moves of people into the root group" };
        hold_sweep(plan, &root_moves, self.people_rule(self.releases.root_moves), |user| {
            user.to.id == Some(self.world.root)
        });
        let addresses = Sweep { guard: "address-changes", field: Field::Email, what: "changes of primary addresses" };
        hold_sweep(plan, &addresses, self.people_rule(self.releases.address_changes), |_| true);
        let roles =
            Sweep { guard: "role-losses", field: Field::Role, what: "administrators or supervisors losing the role" };
        hold_sweep(plan, &roles, self.role_rule(), loses_role);
    }

    /// Withholds removals of groups.
    pub(super) fn hold_removals(&self, plan: &mut Plan, below_root: usize) {
        let limit = self.limits.deactivations;
        let release = self.releases.group_removals;
        let rule = Rule { limit, of: below_root, few: FEW, half_from: HALF_FROM, release };
        let count = plan.remove_groups.len();
        if rule.trips(count) {
            let subjects = plan.remove_groups.drain(..).map(|group| group.path).collect();
            let message = message(count, "group removals", rule, &format!("--allow-sweep group-removals={count}"));
            plan.withheld.push(Withheld { guard: "group-removals".to_owned(), message, subjects });
        }
    }

    fn people_rule(&self, release: Option<usize>) -> Rule {
        let of = self.world.enabled().filter(|account| self.counts(account)).count();
        Rule { limit: self.limits.deactivations, of, few: FEW, half_from: HALF_FROM, release }
    }

    fn role_rule(&self) -> Rule {
        let raised = [Role::Administrator.id(), Role::Supervisor.id()];
        let of = self.world.enabled().filter(|account| self.counts(account) && raised.contains(&account.role)).count();
        let release = self.releases.role_losses;
        Rule { limit: self.limits.deactivations, of, few: FEW, half_from: HALF_FROM, release }
    }

    fn counts(&self, account: &Account) -> bool {
        let left_alone = account.origin == Origin::Manual && !self.policy.manual_users.on();
        !self.policy.ignored.contains(&account.id) && !left_alone
    }

    /// Enabled people who would be disabled, or moved to the disabled-users group.
    fn leaving(&self, plan: &Plan) -> BTreeSet<UserId> {
        let enabled = |id: &UserId| self.world.users.get(id).is_some_and(|account| account.state == State::Enabled);
        let leaves = |user: &&UserPlan| user.kind == Kind::Deactivate && enabled(&user.user);
        plan.users.iter().filter(leaves).map(|user| user.user).collect()
    }

    fn hold_seats(&self, plan: &mut Plan, adding: usize, because: Because) {
        let of = self.world.enabled().count();
        let release = self.releases.seats;
        let rule = Rule { limit: self.limits.seats, of, few: FEW_SEATS, half_from: usize::MAX, release };
        if because == Because::Seats && !rule.trips(adding) {
            return;
        }
        let (held, kept): (Vec<_>, Vec<_>) = plan.users.drain(..).partition(|user| user.kind == Kind::Reenable);
        plan.users = kept;
        let invited = std::mem::take(&mut plan.invitations);
        let places = held.iter().map(|user| &user.to).chain(invited.iter().map(|invitation| &invitation.group));
        let_go(&mut plan.create_groups, places);
        plan.create_groups.retain(|group| group.people > 0);
        let subjects = invited.iter().map(|invitation| invitation.email.clone()).chain(called(&held)).collect();
        let flag = format!("--allow-new-users {adding}");
        let message = if because == Because::Pair {
            format!(
                "{adding} new or re-enabled users wait, because the same run would disable too many: the pair is usually \
                 one mistake, such as addresses that changed. Look first; --allow-deactivations lets both through"
            )
        } else {
            message(adding, "new or re-enabled users (each takes a paid seat)", rule, &flag)
        };
        plan.withheld.push(Withheld { guard: "seats".to_owned(), message, subjects });
    }
}

fn withhold_leaving(plan: &mut Plan, leaving: &BTreeSet<UserId>, rule: Rule) {
    let (held, kept) = plan.users.drain(..).partition(|user| leaving.contains(&user.user));
    plan.users = kept;
    let subjects = called(&held);
    let message = message(held.len(), "deactivations", rule, &format!("--allow-deactivations {}", held.len()));
    plan.withheld.push(Withheld { guard: "deactivations".to_owned(), message, subjects });
}

fn hold_sweep(plan: &mut Plan, sweep: &Sweep, rule: Rule, meant: impl Fn(&UserPlan) -> bool) {
    let meant = |user: &UserPlan| user.kind != Kind::Deactivate && user.change(sweep.field).is_some() && meant(user);
    let subjects: Vec<String> = plan.users.iter().filter(|user| meant(user)).map(UserPlan::called).collect();
    if !rule.trips(subjects.len()) {
        return;
    }
    for user in plan.users.iter_mut().filter(|user| meant(user)) {
        withhold_field(user, sweep.field);
    }
    plan.users.retain(|user| !user.changes.is_empty());
    let flag = format!("--allow-sweep {}={}", sweep.guard, subjects.len());
    let message = message(subjects.len(), sweep.what, rule, &flag);
    plan.withheld.push(Withheld { guard: sweep.guard.to_owned(), message, subjects });
}

fn message(count: usize, what: &str, rule: Rule, flag: &str) -> String {
    format!("{count} {what}: {}. None of them is carried out; if they are right, run once with {flag}", rule.words())
}

fn called(users: &[UserPlan]) -> Vec<String> {
    users.iter().map(UserPlan::called).collect()
}

/// An administrator or supervisor who would be less than that. TimeCamp's numbers fall with the rights.
fn loses_role(user: &UserPlan) -> bool {
    let raised = [Role::Administrator.id(), Role::Supervisor.id()];
    raised.contains(&user.role_before) && user.role > user.role_before
}

fn withhold_field(user: &mut UserPlan, field: Field) {
    user.changes.retain(|Change { field: changed, old: _, new: _, reason: _ }| *changed != field);
    match field {
        Field::Group => user.to = user.from.clone(),
        Field::Role => user.role = user.role_before,
        // They keep the address they have: it is not written beside itself.
        Field::Email => {
            let kept = address_key(&user.email);
            user.changes.retain(|change| change.field != Field::AdditionalEmail || address_key(&change.new) != kept);
        }
        Field::Name | Field::Disabled | Field::ExternalId | Field::AdditionalEmail | Field::AddedManually => {}
    }
}

/// One person less needs each of `places`, and every planned group above it.
fn let_go<'p>(groups: &mut [NewGroup], places: impl Iterator<Item = &'p Place>) {
    let by_path: BTreeMap<String, usize> =
        groups.iter().enumerate().map(|(index, group)| (group.path.clone(), index)).collect();
    let planned = |place: &Place| if place.id.is_none() { by_path.get(&place.path).copied() } else { None };
    for place in places {
        let mut at = planned(place);
        while let Some(group) = at.and_then(|index| groups.get_mut(index)) {
            group.people = group.people.saturating_sub(1);
            at = planned(&group.parent);
        }
    }
}

/// The groups below the root, of which removals are a share.
pub(super) fn below_root(below: &BTreeSet<GroupId>) -> usize {
    below.len().saturating_sub(1)
}
