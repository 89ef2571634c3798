//! The stage: reads, makes the view, prints it or writes the page.

use crate::args::DisplayTreeArgs;
use crate::html::{About, Basis, page};
use crate::read::{self, Prepared};
use crate::table::csv_text;
use crate::text::{Detail, totals_text, tree_text};
use crate::view::{Totals, View};
use sync::settings::SyncSettings;
use timecamp_scim_core::stage::{self, Context, Stage};
use timecamp_scim_core::storage::Name;
use timecamp_scim_core::{Code, Env, Var, pace};

/// `display-tree`: the groups and people of `var/timecamp_users.json`, and what a sync would change.
#[derive(Debug)]
pub struct DisplayTree;

impl Stage for DisplayTree {
    const NAME: &'static str = "display-tree";
    const ABOUT: &'static str =
        "Shows the groups and people of var/timecamp_users.json and, with --account, what a sync would change";
    type Args = DisplayTreeArgs;
    /// Those of `sync`; none while TimeCamp is not asked.
    type Settings = Option<SyncSettings>;

    fn vars() -> Vec<&'static Var> {
        SyncSettings::vars()
    }

    fn settings(env: &mut Env, args: &DisplayTreeArgs) -> Option<Option<SyncSettings>> {
        if args.account { SyncSettings::from_env(env).map(Some) } else { Some(None) }
    }

    async fn run(context: &Context, args: DisplayTreeArgs, settings: Option<SyncSettings>) -> anyhow::Result<Code> {
        let basis = settings.as_ref().map_or(Basis::File, |settings| Basis::Account(settings.timecamp.domain.clone()));
        let prepared = read::prepared(context, &args, settings.as_ref()).await?;
        let view = read::view(context, &args, settings, &prepared).await?;
        let totals = Totals::of(&view);
        if let Some(file) = &args.html {
            write_page(context, file, &view, about(&prepared, basis)).await?;
        }
        stage::print(&if args.csv {
            csv_text(&prepared.roster, &prepared.extras)?
        } else if args.html.is_some() && !args.detailed {
            totals_text(&view, &totals)
        } else {
            let detail = if args.detailed { Detail::Everybody } else { Detail::WhoChanges };
            format!("{}\n{}", totals_text(&view, &totals), tree_text(&view, detail))
        })?;
        context.summary(&format!("display-tree: {} active users in {} groups", totals.active, totals.groups));
        Ok(Code::Done)
    }
}

fn about(prepared: &Prepared, basis: Basis) -> About {
    let manifest = prepared.input.manifest.as_ref();
    About {
        basis,
        input: prepared.name.to_string(),
        source: manifest.and_then(|manifest| manifest.source()).map(str::to_owned),
        read_at: prepared.input.read_at,
        made_at: pace::now(),
    }
}

async fn write_page(context: &Context, file: &str, view: &View, about: About) -> anyhow::Result<()> {
    let text = page(view, &about)?;
    let storage = context.storage();
    let written = storage.write(&Name::Given(file.to_owned()), text.as_bytes()).await?;
    tracing::info!("wrote {file} in {} ({} kB); open it in a browser", storage.place(), written.bytes.div_ceil(1000));
    Ok(())
}
