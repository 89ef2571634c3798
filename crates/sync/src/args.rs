//! The command line of `sync`.

use crate::plan::Releases;
use crate::report::Unreadable;
use clap::{Args, ValueEnum};
use std::str::FromStr;
use timecamp_scim_core::stage::Mode;

/// Flags of `sync`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct SyncArgs {
    /// Read the prepared users from this file instead of `var/timecamp_users.json`
    #[arg(long, value_name = "FILE")]
    pub input: Option<String>,
    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
    /// Change nothing; exit 7 when something would be done, 3 when all of that is withheld
    #[arg(long)]
    pub check: bool,
    /// Change nothing; store the plan in this file, to be looked at and applied with --apply-plan
    #[arg(long, value_name = "FILE", conflicts_with = "apply_plan")]
    pub plan_out: Option<String>,
    /// Carry out exactly the plan in this file
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub apply_plan: Option<String>,
    /// Carry out only what concerns the person with this address, and the groups they need
    #[arg(long, value_name = "ADDRESS")]
    pub only: Option<String>,
    /// Change nothing; tell how one person was matched, what would change and why
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["apply_plan", "plan_out", "check", "json", "only"])]
    pub explain: Option<String>,
    /// Let through up to N deactivations beyond `TIMECAMP_MAX_DEACTIVATIONS`, this run only
    #[arg(long, value_name = "N")]
    pub allow_deactivations: Option<usize>,
    /// Let through up to N new or re-enabled users beyond `TIMECAMP_MAX_NEW_USERS`, this run only
    #[arg(long, value_name = "N")]
    pub allow_new_users: Option<usize>,
    /// Let through up to N changes of a sweeping kind, this run only
    #[arg(long, value_name = "KIND=N")]
    pub allow_sweep: Vec<SweepRelease>,
    /// Create groups deeper than TimeCamp was found to allow: try again whether it allows them now
    #[arg(long, conflicts_with = "apply_plan")]
    pub try_deeper_groups: bool,
    /// Use the input although it does not match its manifest
    #[arg(long)]
    pub accept_edited: bool,
    /// Go on although TimeCamp lists fewer than half of the users or groups of the last run, or its report is unreadable
    #[arg(long)]
    pub accept_shrunk_account: bool,
}

/// A kind of sweeping change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SweepKind {
    /// Moves of people into the root group.
    RootMoves,
    /// Removals of groups.
    GroupRemovals,
    /// Changes of primary addresses.
    AddressChanges,
    /// Administrators or supervisors losing the role.
    RoleLosses,
}

/// `root-moves=12`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepRelease {
    kind: SweepKind,
    most: usize,
}

impl FromStr for SweepRelease {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let accepted = "use root-moves=N, group-removals=N, address-changes=N or role-losses=N";
        let (kind, most) = text.split_once('=').ok_or(accepted)?;
        let kind = SweepKind::from_str(kind, true).map_err(|error| format!("{error}; {accepted}"))?;
        let most = most.parse().map_err(|error| format!("{error}; {accepted}"))?;
        Ok(Self { kind, most })
    }
}

impl SyncArgs {
    /// Whether the run carries anything out: not with a dry run, nor when something is only shown.
    pub fn mode(&self, common: Mode) -> Mode {
        let only_shows = self.check || self.plan_out.is_some() || self.explain.is_some();
        if only_shows { Mode::Show } else { common }
    }

    /// What to do about a last report that cannot be read.
    pub fn unreadable(&self) -> Unreadable {
        if self.accept_shrunk_account { Unreadable::GoOn } else { Unreadable::Stop }
    }

    /// What the guards let through in this run.
    pub fn releases(&self) -> Releases {
        let people =
            Releases { deactivations: self.allow_deactivations, seats: self.allow_new_users, ..Releases::default() };
        people.with_sweeps(&self.allow_sweep)
    }
}

impl Releases {
    /// These, and what `--allow-sweep` lets through; of several of a kind the last counts.
    #[must_use]
    pub fn with_sweeps(self, sweeps: &[SweepRelease]) -> Self {
        let sweep = |kind| sweeps.iter().rev().find(|release| release.kind == kind).map(|release| release.most);
        Self {
            root_moves: sweep(SweepKind::RootMoves),
            group_removals: sweep(SweepKind::GroupRemovals),
            address_changes: sweep(SweepKind::AddressChanges),
            role_losses: sweep(SweepKind::RoleLosses),
            ..self
        }
    }
}
