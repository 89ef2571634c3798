//! The settings, read once and turned into what they mean.

mod line;
pub(crate) mod names;

use crate::address::{Addresses, Primary, Rule};
use crate::dn::Dn;
use crate::filters;
use crate::units::Department;
pub use line::{Line, Server};
use names as var;
use timecamp_scim_core::{Env, Secret, vars};

/// Where the directory is, who reads it, and what becomes of what is read.
#[derive(Debug)]
pub struct Settings {
    /// Host, port and kind of connection.
    pub server: Server,
    /// Who reads.
    pub account: Account,
    /// What is read.
    pub scope: Scope,
    /// Where addresses come from.
    pub addresses: Addresses,
    /// Where departments come from.
    pub department: Department,
    /// The group whose members become supervisors.
    pub supervisor_group: Option<String>,
    /// The group whose members become administrators.
    pub admin_group: Option<String>,
    /// Whether managers outside the search become people too.
    pub hierarchy: Hierarchy,
}

/// The reading account.
#[derive(Debug)]
pub struct Account {
    /// As it is sent: `user@domain` or a distinguished name.
    pub name: String,
    /// Never empty: with an empty one a server lets anybody in, as nobody (RFC 4513, section 5.1.2).
    pub password: Secret,
}

/// What is read.
#[derive(Debug)]
pub struct Scope {
    /// The entry at and below which people are.
    pub base: String,
    /// The filter for people; without one, the default of the kind of directory.
    pub filter: Option<String>,
    /// Page by page or at once.
    pub paging: Paging,
}

/// How a long result is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// In pages of so many.
    By(i32),
    /// At once, for servers that know no pages.
    Off,
}

/// Whether the chain of managers has to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hierarchy {
    /// Only the people of the search.
    AsFound,
    /// Managers outside it too, as inactive people (`TIMECAMP_USE_SUPERVISOR_GROUPS`).
    Whole,
}

impl Settings {
    /// Reads them; `None` when something is missing, which `env` then knows.
    pub fn read(env: &mut Env) -> Option<Self> {
        let server = line::read(env);
        let domain = env.required(&var::DOMAIN).map(|domain| domain.trim_start_matches('@').to_owned());
        let account = account(env, domain.as_deref());
        let scope = scope(env);
        let addresses = addresses(env, domain.as_deref().unwrap_or_default());
        Some(Self {
            department: department(env),
            supervisor_group: group(env.text(&var::SUPERVISOR_GROUP_NAME)),
            admin_group: group(env.text(&var::GLOBAL_ADMIN_GROUP_NAME)),
            hierarchy: if env.flag(&vars::USE_SUPERVISOR_GROUPS) { Hierarchy::Whole } else { Hierarchy::AsFound },
            server: server?,
            account: account?,
            scope: scope?,
            addresses,
        })
    }
}

fn group(name: Option<String>) -> Option<String> {
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn account(env: &mut Env, domain: Option<&str>) -> Option<Account> {
    let name = env.required_account(&var::USERNAME);
    let password = env.required_secret(&var::PASSWORD);
    Some(Account { name: bind_name(&name?, domain?), password: password? })
}

/// `user@domain`, unless the name holds an `@` or is a distinguished name, or names its domain as `CORP\user`.
fn bind_name(name: &str, domain: &str) -> String {
    let whole = name.contains(['@', '\\']) || Dn::parse(name).is_ok();
    if whole { name.to_owned() } else { format!("{name}@{domain}") }
}

fn scope(env: &mut Env) -> Option<Scope> {
    let base = env.required(&var::DN);
    if let Some(base) = &base
        && !base.starts_with('<')
        && let Err(error) = Dn::parse(base)
    {
        let text = format!("`{base}` is not a distinguished name such as OU=Staff,DC=corp,DC=example,DC=com: {error}");
        env.complain(&var::DN, &text);
    }
    let filter =
        env.parsed(&var::FILTER, "an LDAP filter such as (objectClass=person), its parentheses in pairs", |text| {
            filters::is_valid(text).then(|| filters::whole(text))
        });
    let size = env.parsed(&var::PAGE_SIZE, "a whole number, or 0 to ask for everybody at once", |text| {
        text.parse::<i32>().ok().filter(|size| *size >= 0)
    });
    let paging = match size {
        Some(0) => Paging::Off,
        Some(size) => Paging::By(size),
        None => Paging::By(names::DEFAULT_PAGE_SIZE),
    };
    Some(Scope { base: base?, filter, paging })
}

fn addresses(env: &mut Env, domain: &str) -> Addresses {
    let windows_domain = env.text(&var::EMAIL_DOMAIN).unwrap_or_else(|| domain.to_owned());
    let login_only = env.flag(&var::USE_SAMACCOUNTNAME_ONLY);
    let windows = env.flag(&var::USE_WINDOWS_LOGIN_EMAIL);
    let login = env.flag(&var::USE_SAMACCOUNTNAME);
    let rule = match (login_only, windows, login) {
        (true, _, _) => Rule::Login,
        (false, true, _) => Rule::LoginAt(windows_domain),
        (false, false, true) => Rule::LoginAt(domain.to_owned()),
        (false, false, false) => Rule::Mail,
    };
    let primary = if env.flag(&var::USE_REAL_EMAIL_AS_EMAIL) { Primary::Mail } else { Primary::Rule };
    let preferred = env.text(&vars::REPLACE_EMAIL_DOMAIN).map(|domain| {
        let domain = domain.trim();
        domain.strip_prefix('@').unwrap_or(domain).to_lowercase()
    });
    Addresses { rule, domain: domain.to_owned(), preferred, primary }
}

fn department(env: &mut Env) -> Department {
    match (env.flag(&var::USE_OU_STRUCTURE), env.flag(&var::USE_OU_DESCRIPTION)) {
        (false, described) => {
            if described {
                env.warn("LDAP_USE_OU_DESCRIPTION has no effect without LDAP_USE_OU_STRUCTURE");
            }
            Department::Attribute
        }
        (true, false) => Department::UnitNames,
        (true, true) => Department::UnitDescriptions,
    }
}

#[cfg(test)]
mod tests;
