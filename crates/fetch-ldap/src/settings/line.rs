//! Where the server is and how the connection is protected.

use super::names as var;
use crate::tls::{self, Trust};
use std::fmt;
use std::net::Ipv6Addr;
use std::path::Path;
use std::sync::Arc;
use timecamp_scim_core::Env;

const LDAP: u16 = 389;
const LDAPS: u16 = 636;
/// The global catalog, in the clear and by TLS.
const CATALOG: [u16; 2] = [3268, 3269];

/// Host, port and kind of connection.
#[derive(Debug, Clone)]
pub struct Server {
    /// The host, in brackets when it is an IPv6 address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The kind of connection.
    pub line: Line,
}

/// The kind of connection; TLS cannot begin twice.
#[derive(Debug, Clone)]
pub enum Line {
    /// Nothing is encrypted, the password included.
    Plain,
    /// TLS begins after a word in the clear, before the password.
    StartTls(Trust),
    /// TLS from the first byte.
    Ldaps(Trust),
}

impl Server {
    /// As a URL.
    pub(crate) fn url(&self) -> String {
        let scheme = match self.line {
            Line::Plain | Line::StartTls(_) => "ldap",
            Line::Ldaps(_) => "ldaps",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())?;
        let (what, trust) = match &self.line {
            Line::Plain => return f.write_str(" (not encrypted)"),
            Line::StartTls(trust) => ("StartTLS, ", trust),
            Line::Ldaps(trust) => ("", trust),
        };
        match trust {
            Trust::System => write!(f, " ({what}certificate verified by this machine's CAs)"),
            Trust::File(_) => write!(f, " ({what}certificate verified by LDAP_CA_FILE)"),
            Trust::Anything => write!(f, " ({what}certificate not verified)"),
        }
    }
}

/// Reads them; what is wrong is told to `env`.
pub(super) fn read(env: &mut Env) -> Option<Server> {
    let host = env.required(&var::HOST);
    let port =
        env.parsed(&var::PORT, "a port number from 1 to 65535", |text| text.parse().ok().filter(|port| *port > 0));
    let (ssl, start_tls) = (env.flag(&var::USE_SSL), env.flag(&var::USE_START_TLS));
    let trust = trust(env);
    let (line, port) = match (ssl, start_tls, port) {
        (true, true, _) => {
            env.complain(&var::USE_SSL, "and LDAP_USE_START_TLS exclude each other; set only one of them");
            return None;
        }
        (false, true, Some(LDAPS)) => {
            env.complain(
                &var::USE_START_TLS,
                "needs a port that begins in the clear, mostly 389; port 636 is LDAPS (LDAP_USE_SSL)",
            );
            return None;
        }
        (false, true, port) => (Line::StartTls(trust), port.unwrap_or(LDAP)),
        (true, false, Some(LDAP)) => {
            env.warn("LDAP_USE_SSL with LDAP_PORT=389: using port 636, where LDAPS is");
            (Line::Ldaps(trust), LDAPS)
        }
        (true, false, port) => (Line::Ldaps(trust), port.unwrap_or(LDAPS)),
        (false, false, Some(LDAPS)) => (Line::Ldaps(trust), LDAPS),
        (false, false, port) => (Line::Plain, port.unwrap_or(LDAP)),
    };
    warn(env, &line);
    if CATALOG.contains(&port) {
        env.warn(format!(
            "LDAP_PORT={port} is Active Directory's global catalog, which holds a part of each entry only: unless the \
             forest's schema adds them, department and title come empty and memberOf knows universal groups alone. Look \
             at `fetch-ldap --check`, or read a domain's own server on port 389 or 636"
        ));
    }
    Some(Server { host: checked_host(env, &host?)?, port, line })
}

fn trust(env: &mut Env) -> Trust {
    let verify = env.flag(&var::SSL_VERIFY);
    let file = env.text(&var::CA_FILE);
    match (verify, file) {
        (false, file) => {
            if file.is_some() {
                env.warn("LDAP_CA_FILE has no effect with LDAP_SSL_VERIFY=false");
            }
            Trust::Anything
        }
        (true, None) => Trust::System,
        (true, Some(path)) => match tls::roots(Path::new(path.trim())) {
            Ok(roots) => Trust::File(Arc::new(roots)),
            Err(text) => {
                env.complain(&var::CA_FILE, &text);
                Trust::System
            }
        },
    }
}

fn warn(env: &mut Env, line: &Line) {
    match line {
        Line::StartTls(Trust::Anything) | Line::Ldaps(Trust::Anything) => env.warn(
            "LDAP_SSL_VERIFY=false: the directory's certificate is not verified; whoever stands between can read the \
             password. Name the CA's certificate in LDAP_CA_FILE instead",
        ),
        Line::StartTls(_) | Line::Ldaps(_) => {}
        Line::Plain => env.warn(
            "the connection to the directory is not encrypted: the password can be read on the way. Set LDAP_USE_SSL or \
             LDAP_USE_START_TLS",
        ),
    }
}

/// The host alone; a bare IPv6 address gets its brackets.
fn checked_host(env: &mut Env, host: &str) -> Option<String> {
    if host.parse::<Ipv6Addr>().is_ok() {
        return Some(format!("[{host}]"));
    }
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let fine = match bracketed {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.contains(|char: char| char.is_whitespace() || "/:@?#[]%\\,".contains(char)),
    };
    if !fine {
        let text = format!(
            "`{host}` is not accepted; use a host name or an address alone: the port goes into LDAP_PORT, and LDAPS is LDAP_USE_SSL"
        );
        env.complain(&var::HOST, &text);
    }
    fine.then(|| host.to_owned())
}
