//! Reads what is shown: the prepared users, and with `--account` the account and what earlier runs left. GETs only.

use crate::args::DisplayTreeArgs;
use crate::people::{Extra, extras};
use crate::view::{Preview, View, of_account, of_file};
use anyhow::Context as _;
use sync::observe::{check_size, observe};
use sync::pending::Pending;
use sync::plan::{Inputs, Releases, Scope, plan};
use sync::report::{LastReport, Unreadable};
use sync::roster::Roster;
use sync::settings::{Limit, Limits, SyncSettings};
use timecamp_scim_core::handoff::{self, Edited, Input, Rules};
use timecamp_scim_core::stage::Context;
use timecamp_scim_core::storage::Name;

/// The prepared users as they were read.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) name: Name,
    pub(crate) input: Input,
    pub(crate) roster: Roster,
    pub(crate) extras: Vec<Extra>,
}

/// Reads the prepared users. With `--account` they may not be older than a sync allows.
pub(crate) async fn prepared(
    context: &Context,
    args: &DisplayTreeArgs,
    settings: Option<&SyncSettings>,
) -> anyhow::Result<Prepared> {
    let name = Name::given_or(args.input.as_deref(), Name::TimecampUsers);
    let edited = if args.accept_edited { Edited::Accept } else { Edited::Refuse };
    let max_age = settings.and_then(|settings| settings.max_input_age);
    let input = handoff::read(context.storage(), &name, Rules { edited, max_age, pace: context.pace() }).await?;
    let unplaced = input.manifest.as_ref().map_or(&[][..], |manifest| &manifest.unplaced);
    let roster = Roster::parse(&input.bytes, unplaced)?;
    let extras = extras(&input.bytes).with_context(|| format!("cannot read the source records in {name}"))?;
    Ok(Prepared { name, input, roster, extras })
}

/// The view: of the prepared users, or of the account when there are settings to read it with.
pub(crate) async fn view(
    context: &Context,
    args: &DisplayTreeArgs,
    settings: Option<SyncSettings>,
    prepared: &Prepared,
) -> anyhow::Result<View> {
    let Some(settings) = settings else { return Ok(of_file(&prepared.roster, &prepared.extras)) };
    prepared.roster.check_active()?;
    let unreadable = if args.accept_shrunk_account { Unreadable::GoOn } else { Unreadable::Stop };
    let last = LastReport::read(context.storage(), unreadable).await?;
    let pending = Pending::read(context.storage()).await?;
    let SyncSettings { timecamp, mut policy, limits, max_input_age: _ } = settings;
    let world = observe(&timecamp.reader(context.http())?, timecamp.root, &policy).await?;
    if !args.accept_shrunk_account {
        check_size(&world, last.account)?;
    }
    policy.depth = last.depth_in(&timecamp.domain, world.root);
    let inputs = Inputs { world: &world, roster: &prepared.roster, policy: &policy, pending: &pending };
    let no_limits = Limits { deactivations: Limit::Off, seats: Limit::Off };
    let whole = plan(&inputs, no_limits, Releases::default(), Scope::Everybody);
    let guarded = plan(&inputs, limits, Releases::default(), Scope::Everybody);
    Ok(of_account(&Preview { inputs, extras: &prepared.extras, whole: &whole, guarded: &guarded }))
}
