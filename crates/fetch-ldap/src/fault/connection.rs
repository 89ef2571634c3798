//! Why there is no connection.

use super::Refusal;
use ldap3::LdapError;
use rustls::CertificateError;
use std::fmt;
use std::io::{self, ErrorKind};

/// What happened while connecting, and what to do.
#[derive(Debug)]
pub(crate) struct ConnectFault {
    what: String,
    advice: &'static str,
}

impl fmt::Display for ConnectFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.what, self.advice)
    }
}

impl From<LdapError> for ConnectFault {
    fn from(error: LdapError) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the rest are not about connecting; their own words will do"
        )]
        match error {
            LdapError::Io { source } => of_io(&source),
            LdapError::Timeout { .. } => silent(),
            LdapError::Rustls { source } => of_tls(&source),
            LdapError::DNSName { .. } => Self {
                what: "a certificate cannot be checked for this kind of address".to_owned(),
                advice: "Give LDAP_HOST as the host name that stands in the server's certificate",
            },
            LdapError::LdapResult { result } => Self {
                what: Refusal { code: result.rc, text: result.text }.to_string(),
                advice: "The server does not start TLS on this port: LDAP_USE_START_TLS needs a certificate on the \
                         server; LDAP_USE_SSL=true uses port 636 instead",
            },
            LdapError::ResultRecv { .. } | LdapError::OpSend { .. } => closed(),
            other => Self { what: other.to_string(), advice: "Look at LDAP_HOST and LDAP_PORT" },
        }
    }
}

fn of_io(error: &io::Error) -> ConnectFault {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "the kinds of I/O errors are no closed list")]
    let advice = match error.kind() {
        ErrorKind::ConnectionRefused => {
            "No server listens there: look at LDAP_HOST and LDAP_PORT (389, or 636 with LDAP_USE_SSL)"
        }
        ErrorKind::TimedOut => return silent(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return closed(),
        _ => "Look at LDAP_HOST, LDAP_PORT, DNS and firewalls",
    };
    ConnectFault { what: error.to_string(), advice }
}

fn silent() -> ConnectFault {
    ConnectFault {
        what: "the server did not answer in time".to_owned(),
        advice: "Look at LDAP_HOST, LDAP_PORT and firewalls between",
    }
}

fn closed() -> ConnectFault {
    ConnectFault {
        what: "the server closed the connection".to_owned(),
        advice: "It may have no certificate for TLS, or expect TLS on this port (LDAP_USE_SSL): look at LDAP_PORT",
    }
}

fn of_tls(error: &rustls::Error) -> ConnectFault {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors of TLS are no closed list")]
    let advice = match error {
        rustls::Error::InvalidCertificate(cause) => of_certificate(cause),
        rustls::Error::InvalidMessage(_) => {
            "The port does not speak TLS: LDAP_USE_SSL goes with port 636, LDAP_USE_START_TLS with 389"
        }
        _ => "The server and we found no common way to speak TLS",
    };
    ConnectFault { what: error.to_string(), advice }
}

fn of_certificate(error: &CertificateError) -> &'static str {
    use CertificateError as C;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors of certificates are no closed list")]
    match error {
        C::UnknownIssuer => {
            "The certificate was issued by a CA that this machine does not trust: put that CA's certificate (PEM) into \
             a file and name it in LDAP_CA_FILE"
        }
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            "The certificate is for another name: set LDAP_HOST to a name that stands in the certificate"
        }
        C::Expired | C::ExpiredContext { .. } => "The certificate has expired: renew it on the server",
        C::NotValidYet | C::NotValidYetContext { .. } => {
            "The certificate is not valid yet: look at the clocks of both machines"
        }
        C::Revoked => "The certificate has been revoked: renew it on the server",
        _ => {
            "The server's certificate cannot be used: have one issued by a CA, for the server's name, and that CA's \
             certificate in LDAP_CA_FILE"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(error: rustls::Error) -> String {
        ConnectFault::from(LdapError::Io { source: io::Error::new(ErrorKind::InvalidData, error) }).to_string()
    }

    #[test]
    fn certificates_say_which_setting_helps() {
        assert!(tls(CertificateError::UnknownIssuer.into()).contains("LDAP_CA_FILE"));
        assert!(tls(CertificateError::NotValidForName.into()).contains("LDAP_HOST"));
        assert!(tls(CertificateError::Expired.into()).contains("expired"));
        assert!(tls(CertificateError::BadEncoding.into()).contains("cannot be used"));
        assert!(tls(rustls::Error::HandshakeNotComplete).contains("speak TLS"));
    }

    #[test]
    fn connections_say_where_to_look() {
        let io = |kind: ErrorKind| ConnectFault::from(LdapError::from(io::Error::from(kind))).to_string();
        assert!(io(ErrorKind::ConnectionRefused).contains("No server listens there"));
        assert!(io(ErrorKind::TimedOut).contains("did not answer"));
        assert!(io(ErrorKind::UnexpectedEof).contains("closed the connection"));
        assert!(io(ErrorKind::NotFound).contains("DNS"));
    }
}
