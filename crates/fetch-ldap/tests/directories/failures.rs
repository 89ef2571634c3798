//! What goes wrong is said clearly, and the previous file stays.

use crate::samba::{self, Samba, samba};
use crate::slapd::{Slapd, TOP, Tls, slapd};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use testkit::{Done, Run};

const PREVIOUS: &str = r#"{"users": [{"external_id": "1", "status": "active"}]}"#;

/// Runs it with a previous file, which has to be untouched afterwards.
#[track_caller]
fn fails(fetch: &Run, code: i32) -> Done {
    fetch.write("var/users.json", PREVIOUS);
    let before = fetch.files();
    let done = fetch.go(&[]).expect(code).says_not("panicked").says_not(" 0 users");
    assert_eq!(fetch.files(), before);
    done
}

#[test]
fn a_refused_password_says_what_active_directory_means_and_is_tried_once() {
    let wrong = fails(&samba().fetch().env("LDAP_PASSWORD", "wrong-Passw0rd"), 1);
    wrong.says("data 52e").says("password is wrong").says("ldap").shows_nowhere("wrong-Passw0rd");
    fails(&samba().fetch().env("LDAP_USERNAME", "reader-disabled"), 1).says("the account is disabled");
    fails(&samba().fetch().env("LDAP_USERNAME", "reader-new"), 1).says("must change its password");
    fails(&slapd().fetch().env("LDAP_PASSWORD", "wrong-Passw0rd"), 1).says("invalid credentials").says("LDAP_PASSWORD");
}

#[test]
fn an_empty_password_is_a_setting_to_repair() {
    for fetch in [samba().fetch(), slapd().fetch()] {
        fails(&fetch.env("LDAP_PASSWORD", ""), 2).says("LDAP_PASSWORD: is not set");
    }
}

#[test]
fn a_server_that_wants_encryption_says_which_settings_help() {
    let strict = Samba::start("strict", "yes");
    fails(&strict.fetch(), 1).says("LDAP result 8").says("set LDAP_USE_SSL=true or LDAP_USE_START_TLS=true");
    strict.fetch().env("LDAP_USE_START_TLS", "true").env("LDAP_CA_FILE", &strict.ca).go(&[]).expect(0);
}

#[test]
fn a_host_that_is_not_there() {
    let closed = crate::process::free_port().to_string();
    fails(&slapd().fetch().env("LDAP_PORT", closed), 1)
        .says("cannot connect to ldap://localhost")
        .says("No server listens");
    let unknown = slapd().fetch().env("LDAP_HOST", "directory.invalid");
    fails(&unknown, 1).says("cannot connect to ldap://directory.invalid").says("DNS");
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let waiting = slapd().fetch().env("LDAP_PORT", port).env("HTTP_TIMEOUT", "1s");
    fails(&waiting, 1).says("did not answer within 1s");
    for tls in ["LDAP_USE_SSL", "LDAP_USE_START_TLS"] {
        fails(&waiting.clone().env(tls, "true"), 1).says("cannot connect to ldap").says("did not answer in time");
    }
}

#[test]
fn a_base_that_is_not_there() {
    fails(&samba().fetch_from(&format!("OU=Nowhere,{}", samba::DOMAIN)), 1).says("no such object").says("LDAP_DN");
    fails(&slapd().fetch_from(&format!("ou=nowhere,{TOP}")), 1).says("no such object").says("LDAP_DN");
}

#[test]
fn a_limit_is_a_failure_and_never_a_short_list() {
    let limited = slapd().fetch_from(&format!("ou=many,{TOP}")).env("LDAP_USERNAME", format!("cn=limited,{TOP}"));
    let paged = fails(&limited, 1).says("reading people failed: size limit exceeded (LDAP result 4)");
    paged.says("size.prtotal=unlimited");
    let at_once = fails(&limited.clone().env("LDAP_PAGE_SIZE", "0"), 1);
    at_once.says("reading people failed: size limit exceeded (LDAP result 4)").says("LDAP_PAGE_SIZE");
    let unlimited = slapd().fetch_from(&format!("ou=many,{TOP}")).env("LDAP_PAGE_SIZE", "0");
    unlimited.go(&[]).expect(0);
    assert_eq!(unlimited.users().len(), crate::slapd::MANY);
}

#[test]
fn a_server_that_dies_in_mid_search_is_a_failure() {
    let slapd = Slapd::start("dying", Tls::Offered);
    let (port, passing) = relay(slapd.port, move || slapd.server.kill());
    let fetch = self::slapd().fetch_from(&format!("ou=many,{TOP}")).env("LDAP_PORT", port);
    let done = fails(&fetch, 1).says("the connection to the directory broke while reading people");
    let passed = passing.join().unwrap();
    assert!(passed >= PASSING, "only {passed} bytes had come: {done}");
}

#[test]
fn a_server_that_falls_silent_in_mid_search_is_a_failure() {
    let (silence, silent) = mpsc::channel();
    let (port, passing) = relay(slapd().port, move || silent.recv().unwrap());
    let fetch = slapd().fetch_from(&format!("ou=many,{TOP}")).env("LDAP_PORT", port).env("HTTP_TIMEOUT", "1s");
    let done = fails(&fetch, 1).says("broke while reading people").says("did not answer within 1s");
    silence.send(()).unwrap();
    let passed = passing.join().unwrap();
    assert!(passed >= PASSING, "only {passed} bytes had come: {done}");
}

/// More than one page of answers.
const PASSING: u64 = 300_000;

/// Stands between the run and a server: lets some answers pass, does `then`, and closes after what was still on its
/// way. Its port, and how many bytes passed.
fn relay(server: u16, then: impl FnOnce() + Send + 'static) -> (String, thread::JoinHandle<u64>) {
    let between = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = between.local_addr().unwrap().port();
    let passing = thread::spawn(move || {
        let (mut client, _) = between.accept().unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", server)).unwrap();
        let (mut asking, mut asked) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let requests = thread::spawn(move || {
            // Either end may be gone by now.
            drop(std::io::copy(&mut asking, &mut asked));
            asked.shutdown(Shutdown::Write).unwrap_or_default();
        });
        let passed = std::io::copy(&mut (&mut server).take(PASSING), &mut client).unwrap();
        then();
        let mut rest = Vec::new();
        drop(server.read_to_end(&mut rest));
        drop(client.write_all(&rest));
        client.shutdown(Shutdown::Both).unwrap_or_default();
        requests.join().unwrap();
        passed
    });
    (port.to_string(), passing)
}
