//! Result codes (RFC 4511, appendix A) and what to do about them.

/// The code in words.
pub(super) fn name(code: u32) -> &'static str {
    match code {
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        7 => "authentication method not supported",
        8 => "stronger authentication required",
        9 => "partial results",
        10 => "referral to another server",
        11 => "administrative limit exceeded",
        12 => "critical extension not available",
        13 => "confidentiality required",
        16 => "no such attribute",
        18 => "inappropriate matching",
        21 => "invalid attribute syntax",
        32 => "no such object",
        34 => "invalid name",
        48 => "inappropriate authentication",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        80 => "other error",
        _ => "an unknown result",
    }
}

/// What to do about it, where that is known.
pub(super) fn advice(code: u32) -> Option<&'static str> {
    Some(match code {
        1 => "Active Directory answers so when the bind did not take; look at LDAP_USERNAME and LDAP_PASSWORD",
        3 | 11 => {
            "The server gave up before the end, and a part of the people is never taken for all. Narrow LDAP_DN or \
             LDAP_FILTER, lower LDAP_PAGE_SIZE, or have the limit raised for this account"
        }
        4 => {
            "The server shows only a part of the people, and a part is never taken for all. Leave LDAP_PAGE_SIZE at \
             1000 if it is 0; in OpenLDAP give the account `limits ... size.pr=1000 size.prtotal=unlimited`"
        }
        8 | 13 => "The server wants an encrypted connection: set LDAP_USE_SSL=true or LDAP_USE_START_TLS=true",
        9 | 10 => "LDAP_DN lies on another server; set LDAP_HOST to one that holds it",
        32 => "LDAP_DN is not there, or this account may not see it; look at its spelling and at the account's rights",
        34 => "LDAP_DN is not a name the server can read",
        48 | 49 => "Look at LDAP_USERNAME, LDAP_DOMAIN and LDAP_PASSWORD; a wrong password is never tried twice",
        50 => "This account may not read there; give it the right to",
        51 | 52 => "Try again later",
        53 => "The server does not do this for this account or on this connection",
        _ => return None,
    })
}

/// What the `data` code in Active Directory's refusal of a bind means: a Windows error number in hexadecimal.
pub(super) fn bind_data(text: &str) -> Option<&'static str> {
    let (_, after) = text.split_once(" data ")?;
    let code: String = after.chars().take_while(char::is_ascii_hexdigit).collect();
    Some(match code.to_ascii_lowercase().as_str() {
        "525" => "This means: the account does not exist. Look at LDAP_USERNAME and LDAP_DOMAIN",
        "52e" => {
            "This means: the account is known and the password is wrong, or the account is not. Look at LDAP_PASSWORD and LDAP_USERNAME"
        }
        "530" => "This means: the account is not allowed at this time of day",
        "531" => "This means: the account is not allowed to log on from this machine",
        "532" => "This means: the account's password has expired. Set a new one, best one that does not expire",
        "533" => "This means: the account is disabled",
        "568" => "This means: the account is in too many groups to log on",
        "701" => "This means: the account has expired",
        "773" => "This means: the account must change its password first. Log on once and change it",
        "775" => "This means: the account is locked, mostly after too many wrong passwords",
        _ => return None,
    })
}
