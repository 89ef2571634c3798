//! What kind of directory it is, as its root DSE tells (RFC 4512, section 5.1).

use crate::dn::Dn;
use crate::entry::Entry;
use std::fmt;

/// `LDAP_CAP_ACTIVE_DIRECTORY_OID` (MS-ADTS 3.1.1.3.4.3.1). Samba as a domain controller has it too.
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// What is asked of the root DSE.
pub(crate) const ATTRIBUTES: [&str; 3] = ["supportedCapabilities", "namingContexts", "defaultNamingContext"];

/// The kinds of directories that differ in what they call things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Active Directory, or Samba as one.
    ActiveDirectory,
    /// OpenLDAP and all others.
    Other,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ActiveDirectory => "Active Directory",
            Self::Other => "LDAP directory",
        })
    }
}

/// A directory as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directory {
    /// What kind it is.
    pub(crate) kind: Kind,
    /// Where groups and managers are looked for: the tree that holds the people, from its top.
    pub(crate) top: String,
}

impl Directory {
    /// From its root DSE, for people below `base`.
    pub(crate) fn new(root: Option<&Entry>, base: &str) -> Self {
        let capabilities = root.map(|root| root.texts("supportedCapabilities").any(|oid| oid == ACTIVE_DIRECTORY));
        let kind = if capabilities == Some(true) { Kind::ActiveDirectory } else { Kind::Other };
        Self { kind, top: top(root, base).unwrap_or_else(|| base.to_owned()) }
    }
}

/// The smallest of the server's trees that holds `base`; else its domain, for a global catalog holds more than it
/// lists. A base by its GUID (`<GUID=…>`) does not tell where it lies: then the server's own domain.
fn top(root: Option<&Entry>, base: &str) -> Option<String> {
    let Ok(base) = Dn::parse(base) else {
        return root.and_then(|root| root.text("defaultNamingContext")).map(str::to_owned);
    };
    let trees = root.into_iter().flat_map(|root| root.texts("namingContexts")).filter_map(|dn| Dn::parse(dn).ok());
    let holding = trees.filter(|tree| base.is_within(tree)).max_by_key(Dn::depth);
    holding.or_else(|| base.domain()).map(|dn| dn.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    fn root(capabilities: &[&str], contexts: &[&str]) -> Entry {
        let values = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        let attributes = [("supportedCapabilities", capabilities), ("NamingContexts", contexts)];
        Entry::new(String::new(), attributes.map(|(name, texts)| (name.to_owned(), values(texts))))
    }

    #[test]
    fn active_directory_says_so() {
        let active_directory = root(&["1.2.840.113556.1.4.1670", ACTIVE_DIRECTORY], &[]);
        assert_eq!(Directory::new(Some(&active_directory), "DC=x").kind, Kind::ActiveDirectory);
        assert_eq!(Directory::new(Some(&root(&["1.2.840.113556.1.4.8001"], &[])), "DC=x").kind, Kind::Other);
        assert_eq!(Directory::new(None, "DC=x").kind, Kind::Other);
    }

    #[test]
    fn groups_are_looked_for_in_the_whole_tree() {
        let corp = root(&[], &["CN=Configuration,DC=corp,DC=test", "DC=corp,DC=test", "DC=test"]);
        let top = |base: &str| Directory::new(Some(&corp), base).top;
        assert_eq!(top("OU=Staff,dc=Corp,DC=test"), "DC=corp,DC=test");
        assert_eq!(top("OU=Staff,DC=sub,DC=elsewhere"), "DC=sub,DC=elsewhere");
        assert_eq!(top("ou=staff,o=firm"), "ou=staff,o=firm");
        assert_eq!(top("<GUID=4711>"), "<GUID=4711>");
        let root = sample("", &[("defaultNamingContext", "DC=corp,DC=test")]);
        assert_eq!(Directory::new(Some(&root), "<GUID=4711>").top, "DC=corp,DC=test");
    }
}
