//! What goes wrong is said clearly, and the previous file stays.

use crate::samba::{self, Samba, samba};
use crate::slapd::{Slapd, TOP, slapd};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
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
    let slapd = Slapd::start("dying", "");
    let between = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = between.local_addr().unwrap().port();
    let fetch = slapd.fetch_from(&format!("ou=many,{TOP}")).env("LDAP_PORT", port.to_string());
    let relay = thread::spawn(move || {
        let (mut client, _) = between.accept().unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", slapd.port)).unwrap();
        let (mut asking, mut asked) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let requests = thread::spawn(move || std::io::copy(&mut asking, &mut asked));
        // More than one page of answers passes, then the server is gone.
        let mut passed = std::io::copy(&mut (&mut server).take(300_000), &mut client).unwrap();
        slapd.server.kill();
        passed += drain(&mut server, &mut client);
        client.shutdown(Shutdown::Both).unwrap();
        drop(requests.join().unwrap());
        passed
    });
    let done = fails(&fetch, 1).says("the connection to the directory broke while reading people");
    let passed = relay.join().unwrap();
    assert!(passed >= 300_000, "only {passed} bytes had come: {done}");
}

/// What was on its way when the server died.
fn drain(server: &mut TcpStream, client: &mut TcpStream) -> u64 {
    let mut rest = Vec::new();
    // The connection of a process that was killed may end with a reset.
    let read = server.read_to_end(&mut rest).unwrap_or_default();
    client.write_all(&rest).unwrap();
    read as u64
}
