//! Encrypted connections and whom they trust.

use crate::certificates::{Authority, Certificate};
use crate::process::Server;
use crate::samba::{self, samba};
use crate::slapd::{Slapd, Tls, slapd};
use testkit::Run;
use timecamp_scim_core::Env;
use timecamp_scim_core::http::{Auth, Http, HttpSettings, Verify};

const SSL: &str = "LDAP_USE_SSL";
const START_TLS: &str = "LDAP_USE_START_TLS";

/// Both servers, each by LDAPS and by TLS on the plain port.
fn lines() -> Vec<(Run, &'static str)> {
    let ldaps = slapd().fetch().env(SSL, "true").env("LDAP_PORT", slapd().tls_port.to_string());
    vec![
        (samba().fetch().env(SSL, "true"), samba().ca.as_str()),
        (samba().fetch().env(START_TLS, "true"), samba().ca.as_str()),
        (ldaps, slapd().ca.as_str()),
        (slapd().fetch().env(START_TLS, "true"), slapd().ca.as_str()),
    ]
}

#[test]
fn a_private_ca_by_its_file_or_among_the_machines() {
    for (fetch, ca) in lines() {
        let done = fetch.clone().env("LDAP_CA_FILE", ca).go(&[]).expect(0);
        assert!(!done.stderr.contains("not encrypted") && done.stderr.contains("verified by LDAP_CA_FILE"), "{done}");
        fetch.env("SSL_CERT_FILE", ca).go(&[]).expect(0).says("verified by this machine's CAs");
    }
}

#[test]
fn another_ca_is_not_trusted() {
    let other = |ca: &str| if ca == samba().ca { slapd().ca.as_str() } else { samba().ca.as_str() };
    for (fetch, ca) in lines() {
        let done = fetch.env("LDAP_CA_FILE", other(ca)).go(&[]).expect(1);
        done.says("cannot connect to ldap").says("LDAP_CA_FILE").says_not("panicked");
    }
}

#[test]
fn another_name_is_not_trusted() {
    for (fetch, ca) in lines() {
        let address = if ca == samba().ca { samba().other_address.as_str() } else { "127.0.0.1" };
        let done = fetch.env("LDAP_HOST", address).env("LDAP_CA_FILE", ca).go(&[]).expect(1);
        done.says("The certificate is for another name").says("LDAP_HOST").says_not("panicked");
    }
}

#[test]
fn verification_can_be_turned_off_with_a_warning() {
    for (fetch, ca) in lines() {
        let address = if ca == samba().ca { samba().other_address.as_str() } else { "127.0.0.1" };
        let done = fetch.env("LDAP_HOST", address).env("LDAP_SSL_VERIFY", "false").go(&[]).expect(0);
        assert!(done.warnings().iter().any(|line| line.contains("LDAP_SSL_VERIFY=false")), "{done}");
    }
}

#[test]
fn the_password_is_in_no_log_however_talkative() {
    for (fetch, ca) in lines() {
        let done = fetch.env("LDAP_CA_FILE", ca).env("RUST_LOG", "trace").go(&[]).expect(0);
        done.shows_nowhere("Passw0rd");
    }
}

/// `TimeCamp` or a storage by HTTPS and the directory by LDAPS, in one process: whose cryptography is it?
#[tokio::test]
async fn https_and_ldaps_get_along_in_one_process() {
    let folder = crate::process::folder("https");
    let authority = Authority::new(&folder);
    let Certificate { certificate, key } = authority.issue("DNS:localhost");
    let port = crate::process::free_port();
    let accept = format!("127.0.0.1:{port}");
    let arguments = ["s_server", "-www", "-accept", &accept, "-cert", &certificate, "-key", &key];
    let server = Server::start("openssl", &arguments, &folder.join("said.log"));
    server.wait_for(([127, 0, 0, 1], port).into());

    let settings = HttpSettings::default();
    let http = Http::new(&format!("https://localhost:{port}"), Auth::None, Verify::Nothing, 1, &settings).unwrap();
    http.get("status").send().await.unwrap();

    let mut env: Env = [
        ("LDAP_HOST", samba().address.as_str()),
        ("LDAP_DOMAIN", "corp.example.com"),
        ("LDAP_DN", samba::DOMAIN),
        ("LDAP_USERNAME", "ldap-reader"),
        ("LDAP_PASSWORD", samba::PASSWORD),
        ("LDAP_CA_FILE", samba().ca.as_str()),
        (SSL, "true"),
    ]
    .into_iter()
    .collect();
    let ldap = fetch_ldap::Settings::read(&mut env).unwrap();
    env.check().unwrap();
    fetch_ldap::Session::open(&ldap, &settings).await.unwrap().close().await;
    http.get("status").send().await.unwrap();
}

#[test]
fn port_636_alone_is_ldaps() {
    let fetch = samba().fetch().env("LDAP_PORT", "636").env("LDAP_CA_FILE", &samba().ca);
    fetch.go(&[]).expect(0).says("at ldaps://");
}

#[test]
fn tls_on_a_port_without_it_says_so() {
    let fetch = slapd().fetch().env(SSL, "true").env("LDAP_SSL_VERIFY", "false");
    fetch.go(&[]).expect(1).says("cannot connect to ldaps://localhost");
    let without = Slapd::start("without-tls", Tls::Unknown);
    let fetch = without.fetch().env(START_TLS, "true").env("LDAP_SSL_VERIFY", "false");
    let done = fetch.go(&[]).expect(1).says("The server does not start TLS on this port");
    // Nothing was said in the clear after that.
    let log = without.server.log();
    assert!(log.contains("EXT oid=1.3.6.1.4.1.1466.20037") && !log.contains("BIND"), "{done}: {log}");
}
