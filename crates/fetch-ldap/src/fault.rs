//! What can go wrong between the directory and us, in an administrator's words.

mod codes;
mod connection;

use std::fmt;

pub(crate) use connection::ConnectFault;

/// The result codes for an entry that is not there, has a name the server does not know, is on another server, or may
/// not be seen.
const ABSENT: [u32; 4] = [10, 32, 34, 50];
/// The result codes of servers that do not look for names: it would take too long, be too much work, or the attribute
/// cannot be matched.
const UNSEARCHABLE: [u32; 4] = [3, 11, 18, 53];
const INVALID_CREDENTIALS: u32 = 49;

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// There is no connection.
    #[error("cannot connect to {server}: {fault}")]
    Connect {
        /// As a URL.
        server: String,
        /// What happened, and what to do.
        fault: ConnectFault,
    },
    /// The connection broke.
    #[error("the connection to the directory broke while {doing}: {cause}. Nothing was written; run again")]
    Broken {
        /// What was being done.
        doing: String,
        /// What happened.
        cause: String,
    },
    /// The server answered with something else than success.
    #[error("{doing} failed: {refusal}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What the server said.
        refusal: Refusal,
    },
    /// The answer is not what the protocol says.
    #[error("{doing} failed: {what}. {advice}")]
    Strange {
        /// What was being done.
        doing: String,
        /// What is odd.
        what: String,
        /// What to do.
        advice: &'static str,
    },
}

/// A result other than success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// RFC 4511, section 4.1.9.
    pub(crate) code: u32,
    /// What the server adds, such as Active Directory's `data 52e`.
    pub(crate) text: String,
}

impl Fault {
    /// Whether a single entry that was asked for is not there for this account.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::Refused { refusal, .. } if ABSENT.contains(&refusal.code))
    }

    /// Whether the server does not do this kind of search for this account.
    pub(crate) fn is_unsearchable(&self) -> bool {
        self.is_absence() || matches!(self, Self::Refused { refusal, .. } if UNSEARCHABLE.contains(&refusal.code))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, text } = self;
        write!(f, "{} (LDAP result {code})", codes::name(*code))?;
        let text: String = text.chars().filter(|char| !char.is_control()).collect();
        let text = text.trim();
        if !text.is_empty() {
            write!(f, ", the server says `{text}`")?;
        }
        let data = (*code == INVALID_CREDENTIALS).then(|| codes::bind_data(text)).flatten();
        match data.or_else(|| codes::advice(*code)) {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u32, text: &str) -> String {
        Refusal { code, text: text.to_owned() }.to_string()
    }

    #[test]
    fn a_failed_bind_says_what_active_directory_means() {
        let text = |data: &str| {
            format!("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v2580\0")
        };
        let cases = [
            ("525", "does not exist"),
            ("52e", "password is wrong"),
            ("52E", "password is wrong"),
            ("530", "not allowed at this time"),
            ("531", "from this machine"),
            ("532", "password has expired"),
            ("533", "is disabled"),
            ("701", "account has expired"),
            ("773", "must change its password"),
            ("775", "is locked"),
        ];
        for (data, meaning) in cases {
            let said = said(49, &text(data));
            assert!(said.contains(meaning), "{data}: {said}");
            assert!(!said.contains('\0'));
        }
        assert!(said(49, &text("999")).contains("LDAP_USERNAME"));
        assert!(said(49, "").contains("LDAP_USERNAME"));
    }

    #[test]
    fn a_search_that_is_not_done_is_told_apart_from_one_that_failed() {
        let refused = |code| Fault::Refused { doing: String::new(), refusal: Refusal { code, text: String::new() } };
        assert!([32, 50].iter().all(|code| refused(*code).is_absence() && refused(*code).is_unsearchable()));
        assert!([11, 53].iter().all(|code| !refused(*code).is_absence() && refused(*code).is_unsearchable()));
        assert!([1, 4, 51, 80].iter().all(|code| !refused(*code).is_unsearchable()));
        let broken = Fault::Broken { doing: String::new(), cause: String::new() };
        assert!(!broken.is_absence() && !broken.is_unsearchable());
    }

    #[test]
    fn limits_and_signing_say_what_to_do() {
        assert!(said(4, "").contains("size.prtotal"));
        assert!(said(8, "").contains("LDAP_USE_SSL"));
        assert!(said(32, "").contains("LDAP_DN"));
        assert_eq!(said(99, "x"), "an unknown result (LDAP result 99), the server says `x`");
    }
}
