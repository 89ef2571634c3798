use super::*;
use crate::tls::Trust;

const WHOLE: [(&str, &str); 5] = [
    ("LDAP_HOST", "dc.corp.test"),
    ("LDAP_DOMAIN", "corp.test"),
    ("LDAP_DN", "OU=Staff,DC=corp,DC=test"),
    ("LDAP_USERNAME", "reader"),
    ("LDAP_PASSWORD", "s3cret-reading"),
];

fn with(more: &[(&'static str, &'static str)]) -> (Env, Option<Settings>) {
    let mut env: Env = WHOLE.iter().chain(more).copied().collect();
    let settings = Settings::read(&mut env);
    (env, settings)
}

fn read(more: &[(&'static str, &'static str)]) -> Settings {
    let (env, settings) = with(more);
    env.check().unwrap();
    settings.unwrap()
}

fn complaint(more: &[(&'static str, &'static str)]) -> String {
    let (env, _) = with(more);
    env.check().unwrap_err().to_string()
}

#[test]
fn the_bind_name_gets_the_domain_unless_it_is_whole() {
    let name = |name| read(&[("LDAP_USERNAME", name)]).account.name;
    assert_eq!(name("reader"), "reader@corp.test");
    assert_eq!(name("reader@other.test"), "reader@other.test");
    assert_eq!(name("cn=reader,dc=corp,dc=test"), "cn=reader,dc=corp,dc=test");
    assert_eq!(name(r"CORP\reader"), r"CORP\reader");
}

#[test]
fn the_line_follows_from_port_and_switches() {
    let url = |more: &[(&'static str, &'static str)]| {
        let server = read(more).server;
        (server.url(), matches!(server.line, Line::StartTls(_)))
    };
    assert_eq!(url(&[]), ("ldap://dc.corp.test:389".to_owned(), false));
    assert_eq!(url(&[("LDAP_USE_SSL", "true")]), ("ldaps://dc.corp.test:636".to_owned(), false));
    assert_eq!(url(&[("LDAP_PORT", "636")]), ("ldaps://dc.corp.test:636".to_owned(), false));
    assert_eq!(url(&[("LDAP_USE_SSL", "true"), ("LDAP_PORT", "389")]).0, "ldaps://dc.corp.test:636");
    assert_eq!(url(&[("LDAP_USE_SSL", "true"), ("LDAP_PORT", "3269")]).0, "ldaps://dc.corp.test:3269");
    assert_eq!(url(&[("LDAP_USE_START_TLS", "true")]), ("ldap://dc.corp.test:389".to_owned(), true));
    assert_eq!(url(&[("LDAP_HOST", "fd00::1")]).0, "ldap://[fd00::1]:389");
}

#[test]
fn what_cannot_be_is_said_with_what_to_do() {
    assert!(complaint(&[("LDAP_USE_SSL", "1"), ("LDAP_USE_START_TLS", "1")]).contains("exclude each other"));
    assert!(complaint(&[("LDAP_PORT", "636"), ("LDAP_USE_START_TLS", "1")]).contains("port 636 is LDAPS"));
    assert!(complaint(&[("LDAP_HOST", "ldap://dc.corp.test")]).contains("LDAP_PORT"));
    assert!(complaint(&[("LDAP_DN", "corp.test")]).contains("LDAP_DN: `corp.test` is not a distinguished name"));
    assert!(complaint(&[("LDAP_FILTER", "(&(mail=*)")]).contains("parentheses"));
    assert!(complaint(&[("LDAP_PAGE_SIZE", "-1")]).contains("LDAP_PAGE_SIZE: `-1`"));
    assert!(complaint(&[("LDAP_PORT", "0")]).contains("port number"));
    assert!(complaint(&[("LDAP_CA_FILE", "/does/not/exist.pem")]).contains("cannot be read"));
    assert!(complaint(&[("LDAP_PASSWORD", "")]).contains("LDAP_PASSWORD: is not set"));
}

#[test]
fn everything_missing_is_said_together() {
    let mut env = Env::default();
    assert!(Settings::read(&mut env).is_none());
    let text = env.check().unwrap_err().to_string();
    for (name, _) in WHOLE {
        assert!(text.contains(&format!("{name}: is not set")), "{name} missing in {text}");
    }
}

#[test]
fn the_first_address_rule_that_is_on_counts() {
    let rule = |more| read(more).addresses.rule;
    let corp = || Rule::LoginAt("corp.test".to_owned());
    assert_eq!(rule(&[]), Rule::Mail);
    assert_eq!(rule(&[("LDAP_USE_SAMACCOUNTNAME", "1")]), corp());
    assert_eq!(rule(&[("LDAP_USE_WINDOWS_LOGIN_EMAIL", "1")]), corp());
    let windows =
        [("LDAP_USE_WINDOWS_LOGIN_EMAIL", "1"), ("LDAP_EMAIL_DOMAIN", "win.test"), ("LDAP_USE_SAMACCOUNTNAME", "1")];
    assert_eq!(rule(&windows), Rule::LoginAt("win.test".to_owned()));
    assert_eq!(rule(&[("LDAP_USE_SAMACCOUNTNAME_ONLY", "1"), ("LDAP_USE_WINDOWS_LOGIN_EMAIL", "1")]), Rule::Login);
    let preferred = read(&[("TIMECAMP_REPLACE_EMAIL_DOMAIN", "@Test.Example.com")]).addresses.preferred;
    assert_eq!(preferred.unwrap(), "test.example.com");
}

#[test]
fn paging_filter_and_departments() {
    assert_eq!(read(&[]).scope.paging, Paging::By(1000));
    assert_eq!(read(&[("LDAP_PAGE_SIZE", "0")]).scope.paging, Paging::Off);
    assert_eq!(read(&[("LDAP_FILTER", "mail=*")]).scope.filter.unwrap(), "(mail=*)");
    assert_eq!(read(&[("LDAP_USE_OU_STRUCTURE", "1")]).department, Department::UnitNames);
    let (mut env, settings) = with(&[("LDAP_USE_OU_DESCRIPTION", "1")]);
    assert_eq!(settings.unwrap().department, Department::Attribute);
    assert!(env.take_warnings().iter().any(|warning| warning.contains("LDAP_USE_OU_STRUCTURE")));
}

#[test]
fn a_line_that_shows_too_much_or_too_little_is_warned_of() {
    let warnings = |more| with(more).0.take_warnings().join("\n");
    assert!(warnings(&[]).contains("not encrypted"));
    assert!(warnings(&[("LDAP_USE_SSL", "1")]).is_empty());
    assert!(warnings(&[("LDAP_USE_SSL", "1"), ("LDAP_SSL_VERIFY", "false")]).contains("LDAP_SSL_VERIFY=false"));
    assert!(warnings(&[("LDAP_USE_SSL", "1"), ("LDAP_PORT", "3269")]).contains("department and title come empty"));
    let (_, settings) = with(&[("LDAP_USE_START_TLS", "1"), ("LDAP_SSL_VERIFY", "false")]);
    assert!(matches!(settings.unwrap().server.line, Line::StartTls(Trust::Anything)));
}

#[test]
fn secrets_do_not_show() {
    let (env, settings) = with(&[]);
    let shown = format!("{:?} {settings:?}", env.effective());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(env.effective()["LDAP_USERNAME"].contains("***"));
}
