//! Reading everybody: the people, then what they refer to.

use crate::diagnosis;
use crate::directory::{self, Directory, Kind};
use crate::dn::{Dn, DnKey};
use crate::entry::Entry;
use crate::filters;
use crate::groups::{self, Group};
use crate::managers::{BATCH, Managers};
use crate::person::{self, Groups, Mapping, Roles};
use crate::session::{Query, Session};
use crate::settings::{Hierarchy, Settings, names as var};
use crate::units::{self, Department, Descriptions};
use std::collections::BTreeSet;
use std::fmt::Display;
use timecamp_scim_core::env::Var;
use timecamp_scim_core::logging::pii;
use timecamp_scim_core::models::SourceUser;
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::source;

/// How many names a warning lists.
const NAMED: usize = 10;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Everybody {
    /// What kind of directory it is.
    pub(crate) kind: Kind,
    /// The filter that was used.
    pub(crate) filter: String,
    /// The entries that matched it.
    pub(crate) entries: Vec<Entry>,
    /// The people: these entries, and managers found besides.
    pub(crate) users: Vec<SourceUser>,
}

/// Reads everybody.
pub(crate) async fn everybody(session: &mut Session, settings: &Settings) -> anyhow::Result<Everybody> {
    let base = settings.scope.base.as_str();
    let root = session.entry("", &directory::ATTRIBUTES, "asking what kind of directory this is").await?;
    let directory = Directory::new(root.as_ref(), base);
    let filter = settings.scope.filter.clone().unwrap_or_else(|| filters::default_for(directory.kind).to_owned());
    let groups = if settings.supervisor_group.is_some() || settings.admin_group.is_some() {
        Groups::Wanted
    } else {
        Groups::Unwanted
    };
    let attributes = person::attributes(directory.kind, groups);
    tracing::info!("{} at {}; people: {filter} below {base}", directory.kind, settings.server);
    let query = Query { base, filter: &filter, attributes: &attributes, doing: "reading people" };
    let entries = session.search(&query, Some(&Progress::new("Reading people", None))).await?;
    if entries.is_empty() {
        tracing::warn!("{}", diagnosis::nobody(session, &query, directory.kind).await?);
    }
    warn_of_unreadable_names(&entries);
    let mut reader = Reader::new(session, settings, directory, attributes, &entries);
    reader.mapping.roles = reader.roles(settings, &entries).await?;
    let users = reader.people(&entries, settings.hierarchy).await?;
    Ok(Everybody { kind: reader.directory.kind, filter, users, entries })
}

struct Reader<'s> {
    session: &'s mut Session,
    directory: Directory,
    attributes: Vec<&'static str>,
    managers: Managers,
    mapping: Mapping<'s>,
    /// Units that hold people and that the account may not see.
    unseen: Vec<String>,
}

impl<'s> Reader<'s> {
    fn new(
        session: &'s mut Session,
        settings: &'s Settings,
        directory: Directory,
        attributes: Vec<&'static str>,
        people: &[Entry],
    ) -> Self {
        let mapping = Mapping {
            addresses: &settings.addresses,
            department: settings.department,
            roles: Roles::default(),
            descriptions: Descriptions::new(),
        };
        Self { session, directory, attributes, managers: Managers::of(people), mapping, unseen: Vec::new() }
    }

    async fn roles(&mut self, settings: &Settings, people: &[Entry]) -> anyhow::Result<Roles> {
        let supervisors = (&settings.supervisor_group, &var::SUPERVISOR_GROUP_NAME);
        let admins = (&settings.admin_group, &var::GLOBAL_ADMIN_GROUP_NAME);
        Ok(Roles { supervisors: self.group(supervisors, people).await?, admins: self.group(admins, people).await? })
    }

    /// A configured group. That nobody is in it is possible; that it is not there is an error.
    async fn group(&mut self, (name, var): (&Option<String>, &Var), people: &[Entry]) -> anyhow::Result<Option<Group>> {
        let Some(name) = name else { return Ok(None) };
        let filter = filters::groups(self.directory.kind, name);
        let attributes = groups::attributes(self.directory.kind);
        let query =
            Query { base: &self.directory.top, filter: &filter, attributes: &attributes, doing: "looking up a group" };
        let found = match self.session.search(&query, None).await {
            Err(fault) if fault.is_absence() => Vec::new(),
            found => found?,
        };
        let by_name = Group::by_name(name);
        let named = || people.iter().any(|entry| by_name.is_named_by(entry));
        let Some(group) = Group::new(name, &found).or_else(|| named().then(|| by_name.clone())) else {
            anyhow::bail!("{}: {}", var.name, no_group(name, var, &self.directory.top));
        };
        if group.found().len() > 1 {
            tracing::warn!(
                "{}: {} groups are called `{name}`: {}. The members of each of them get the role; if that is not meant, \
                 rename all but one",
                var.name,
                group.found().len(),
                group.found().join("; ")
            );
        }
        if !people.is_empty() && !people.iter().any(|entry| group.holds(entry)) {
            tracing::warn!(
                "{}: nobody who was read is in the group `{name}` (members of groups within it do not count)",
                var.name
            );
        }
        Ok(Some(group))
    }

    async fn people(&mut self, entries: &[Entry], hierarchy: Hierarchy) -> anyhow::Result<Vec<SourceUser>> {
        let mut users = self.mapped(entries).await?;
        if hierarchy == Hierarchy::Whole {
            source::add_missing_supervisors(&mut users, async |ids: &[String]| {
                let found = self.managers.entries(ids);
                self.mapped(&found).await
            })
            .await?;
        }
        self.warn();
        Ok(users)
    }

    /// The people of these entries, once what they refer to has been looked up.
    async fn mapped(&mut self, entries: &[Entry]) -> anyhow::Result<Vec<SourceUser>> {
        let missing = self.managers.missing(entries);
        let attributes = self.attributes.clone();
        let found = self.find(&missing, &attributes, "looking up managers").await?;
        self.managers.add(&missing, found);
        if self.mapping.department == Department::UnitDescriptions {
            self.describe(entries).await?;
        }
        Ok(entries.iter().map(|entry| self.mapping.person(entry, self.managers.of_entry(entry))).collect())
    }

    /// Looks up the units' descriptions.
    async fn describe(&mut self, entries: &[Entry]) -> anyhow::Result<()> {
        let unknown = units::unknown(entries, &self.mapping.descriptions);
        let found = self.find(&unknown, &["description"], "looking up organisational units").await?;
        let descriptions = &mut self.mapping.descriptions;
        for entry in &found {
            if let Some(dn) = entry.name() {
                descriptions.insert(dn.key(), entry.text("description").map(str::to_owned));
            }
        }
        for dn in unknown {
            descriptions.entry(dn.key()).or_insert_with(|| {
                self.unseen.push(dn.to_string());
                None
            });
        }
        Ok(())
    }

    /// The entries of these names, as far as they are there: many to a request, then what that did not find one by
    /// one, where the directory may not know how to look for names or not let the account do so.
    async fn find(&mut self, names: &[Dn], attributes: &[&str], doing: &str) -> anyhow::Result<Vec<Entry>> {
        let mut found = Vec::new();
        let top = Dn::parse(&self.directory.top).ok();
        for batch in names.chunks(BATCH) {
            let together = self.find_together(batch, attributes, doing).await?;
            let trusted = together.is_some() && self.directory.kind == Kind::ActiveDirectory;
            let mut entries = together.unwrap_or_default();
            let keys: BTreeSet<DnKey> = entries.iter().filter_map(Entry::name).map(|dn| dn.key()).collect();
            for dn in batch.iter().filter(|dn| !keys.contains(&dn.key())) {
                // A server has other trees too, and a global catalog the forest's other domains.
                let elsewhere = top.as_ref().is_some_and(|top| !dn.is_within(top));
                if !trusted || elsewhere {
                    entries.extend(self.session.entry(dn.as_str(), attributes, doing).await?);
                }
            }
            found.extend(entries);
        }
        Ok(found)
    }

    /// `None`: the account may not search from the top of the tree, or the server does not look for names.
    async fn find_together(
        &mut self,
        names: &[Dn],
        attributes: &[&str],
        doing: &str,
    ) -> anyhow::Result<Option<Vec<Entry>>> {
        let own_name = match self.directory.kind {
            Kind::ActiveDirectory => "distinguishedName",
            // RFC 5020; a server that does not know it finds nobody.
            Kind::Other => "entryDN",
        };
        let filter = filters::any_of(own_name, names);
        let query = Query { base: &self.directory.top, filter: &filter, attributes, doing };
        match self.session.search(&query, None).await {
            Ok(entries) => Ok(Some(entries)),
            Err(fault) if fault.is_unsearchable() => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    fn warn(&self) {
        let lost = self.managers.lost();
        if !lost.is_empty() {
            tracing::warn!(
                "{} managers are named by people but not to be found in the directory: {}. Their reports are placed as \
                 if they had none",
                lost.len(),
                listed(lost.iter().map(pii))
            );
        }
        if !self.unseen.is_empty() {
            tracing::warn!(
                "{} organisational units hold people but may not be seen by the reading account: {}. Departments have \
                 their names, not their descriptions; give the account the right to read them",
                self.unseen.len(),
                listed(self.unseen.iter())
            );
        }
    }
}

/// Why a configured group is an error.
fn no_group(name: &str, var: &Var, top: &str) -> String {
    let alone = Dn::parse(name).map(|dn| {
        format!(". It looks like a distinguished name: set {} to the name alone: `{}`", var.name, dn.first_value())
    });
    format!(
        "there is no group `{name}` below {top}, or the reading account may not see it. Nothing was written: without it \
         nobody would have the role{}",
        alone.unwrap_or_default()
    )
}

/// The people whose distinguished names cannot be read.
fn warn_of_unreadable_names(entries: &[Entry]) {
    let unreadable: Vec<&str> =
        entries.iter().filter(|entry| entry.name().is_none()).map(|entry| entry.dn.as_str()).collect();
    if !unreadable.is_empty() {
        tracing::warn!(
            "{} people have distinguished names that are not written as RFC 4514 says: {}. They have no department from \
             organisational units, are in a group only by their own memberOf, and are nobody's manager",
            unreadable.len(),
            listed(unreadable.iter().map(pii))
        );
    }
}

/// The first few of them.
fn listed(names: impl ExactSizeIterator<Item = impl Display>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first: Vec<String> = names.take(NAMED).map(|name| name.to_string()).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join("; "))
}
