//! Why nobody was found.

use crate::directory::Kind;
use crate::fault::Fault;
use crate::filters;
use crate::session::{Query, Session};

/// What there is below `LDAP_DN` when the filter matches nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    /// People: it is the filter.
    People,
    /// Entries, but no people that the account may see.
    Entries,
    /// Nothing that the account may see.
    Nothing,
}

/// Looks what there is instead, and says why nobody matched and what to do.
pub(crate) async fn nobody(session: &mut Session, query: &Query<'_>, kind: Kind) -> Result<String, Fault> {
    let doing = "looking why nobody matches";
    let with = |filter| Query { filter, attributes: &["1.1"], doing, ..*query };
    let below = if session.has_any(&with(filters::ANYBODY)).await? {
        Below::People
    } else if session.has_any(&with(filters::ANYTHING)).await? {
        Below::Entries
    } else {
        Below::Nothing
    };
    Ok(reason(query, kind, below))
}

fn reason(query: &Query<'_>, kind: Kind, below: Below) -> String {
    let &Query { filter, base, .. } = query;
    let foreign = filters::active_directory_only(filter);
    let why = match (kind, foreign.is_empty(), below) {
        (Kind::Other, false, _) => format!(
            "This directory is not Active Directory, and the filter asks for what only Active Directory knows ({}): \
             elsewhere such a condition is undefined and matches nobody, without an error. Leave LDAP_FILTER unset, or \
             use {}",
            foreign.join(", "),
            filters::default_for(Kind::Other)
        ),
        (_, _, Below::People) => "There are people there, so it is the filter: look at LDAP_FILTER".to_owned(),
        (_, _, Below::Entries) => "There are entries there, but no people that the reading account may see: look at \
             LDAP_DN and at the account's rights"
            .to_owned(),
        (_, _, Below::Nothing) => {
            "The reading account sees nothing at all there: look at LDAP_DN and at the account's \
             rights"
                .to_owned()
        }
    };
    format!("nobody matches {filter} below {base}. {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(filter: &str, kind: Kind, below: Below) -> String {
        reason(&Query { base: "dc=x", filter, attributes: &[], doing: "" }, kind, below)
    }

    #[test]
    fn a_filter_for_another_kind_of_directory_comes_first() {
        let active_directory = filters::default_for(Kind::ActiveDirectory);
        assert!(said(active_directory, Kind::Other, Below::People).contains("not Active Directory"));
        assert!(said(active_directory, Kind::ActiveDirectory, Below::People).contains("look at LDAP_FILTER"));
        assert!(said("(uid=x)", Kind::Other, Below::People).contains("look at LDAP_FILTER"));
        assert!(said("(uid=x)", Kind::Other, Below::Entries).contains("no people"));
        assert!(said("(uid=x)", Kind::Other, Below::Nothing).contains("nothing at all"));
    }
}
