//! Who is in the domain.

use super::DOMAIN;
use crate::ldif::Ldif;

/// People below `OU=Many`.
pub(crate) const MANY: usize = 5000;
/// Their managers below `OU=Heads`, more than fit in one look-up.
pub(crate) const HEADS: usize = 60;
/// Of these, the members of the group `Everyone Here`.
pub(crate) const MEMBERS: usize = 2000;
/// The groups that the person `Joiner` is in.
pub(crate) const CLUBS: usize = 1600;

/// The account that is disabled.
pub(super) const DISABLED: &str = "reader-disabled";
/// Accounts with a password, and the options to make them with.
pub(super) const ACCOUNTS: &[(&str, &[&str])] =
    &[("ldap-reader", &[]), (DISABLED, &[]), ("reader-new", &["--must-change-at-next-login"])];

/// Everything, in the order in which it can be added.
pub(super) fn content() -> Ldif {
    let mut ldif = Ldif::default();
    units(&mut ldif);
    board(&mut ldif);
    staff(&mut ldif);
    groups(&mut ldif);
    many(&mut ldif);
    ldif
}

fn units(ldif: &mut Ldif) {
    let mut unit = |name: &str, description: &[(&str, &str)]| {
        let class = [("objectClass", "organizationalUnit")];
        ldif.add(&format!("{name},{DOMAIN}"), &[class.as_slice(), description].concat());
    };
    for name in ["OU=Board", "OU=Groups", "OU=Many", "OU=Heads", "OU=Staff"] {
        unit(name, &[]);
    }
    unit("OU=Engineering,OU=Staff", &[("description", "Research/Development")]);
    unit(r"OU=Backend\, Core,OU=Engineering,OU=Staff", &[]);
    unit("OU=R/D,OU=Staff", &[]);
    unit("OU=Zürich,OU=Staff", &[("description", "Büro Zürich")]);
}

fn user(ldif: &mut Ldif, dn: &str, login: &str, attributes: &[(&str, &str)]) {
    let control = if login == "sleeping" { "546" } else { "544" };
    let own = [("objectClass", "user"), ("sAMAccountName", login), ("userAccountControl", control)];
    ldif.add(&format!("{dn},{DOMAIN}"), &[own.as_slice(), attributes].concat());
}

fn board(ldif: &mut Ldif) {
    let chair = format!("CN=Chair,OU=Board,{DOMAIN}");
    user(ldif, "CN=Chair,OU=Board", "chair", &[("displayName", "The Chair"), ("objectGUID", &id(1))]);
    let boss =
        [("displayName", "Big Boss"), ("mail", "boss@corp.example.com"), ("manager", &chair), ("objectGUID", &id(2))];
    user(ldif, "CN=Boss,OU=Board", "boss", &boss);
    user(ldif, "CN=Gone,OU=Board", "gone", &[("displayName", "Gone")]);
}

/// A GUID of our choosing.
fn id(number: u32) -> String {
    format!("{number:08x}-0001-4002-8003-fffefdfcfbfa")
}

fn staff(ldif: &mut Ldif) {
    let at = |dn: &str| format!("{dn},{DOMAIN}");
    let sleeping = [("displayName", "Sleeping Sam"), ("manager", &at("CN=Chair,OU=Board")), ("objectGUID", &id(3))];
    user(ldif, "CN=Sleeping,OU=Staff", "sleeping", &sleeping);
    let ann = [
        // Sixteen bytes that are text as well.
        ("objectGUID", "33323130-3534-3736-3839-616263646566"),
        ("displayName", "Ann Ex"),
        ("givenName", "Annette"),
        ("sn", "Exeter"),
        ("mail", "Ann.Ex@Mail.Example.com"),
        ("department", "Ops/Berlin"),
        ("title", "Engineer"),
        ("manager", &at("CN=Boss,OU=Board")),
    ];
    let ann_dn = r"CN=Ex\, Ann,OU=Backend\, Core,OU=Engineering,OU=Staff";
    user(ldif, ann_dn, "Ann.Ex", &ann);
    let bob = [("givenName", "Bob"), ("sn", "Ray"), ("manager", &at(ann_dn)), ("objectGUID", &id(4))];
    user(ldif, "CN=Bob,OU=R/D,OU=Staff", "Bob", &bob);
    let lukasz = [
        ("displayName", "Łukasz Żółć"),
        ("mail", "lukasz@corp.example.com"),
        ("manager", &at("CN=Sleeping,OU=Staff")),
        ("objectGUID", &id(5)),
    ];
    user(ldif, r#"CN=Łukasz \"Luk\" Żółć \+ Söhne\; \<x\> #1,OU=Zürich,OU=Staff"#, "lukasz", &lukasz);
    let dora = [
        ("displayName", "Dora"),
        ("mail", "dora@one.example.com, Dora@Two.Example.com"),
        ("manager", &at("CN=Gone,OU=Board")),
        ("objectGUID", &id(6)),
    ];
    user(ldif, "CN=Dora,OU=Staff", "dora", &dora);
    let paul = at(r#"CN=Łukasz \"Luk\" Żółć \+ Söhne\; \<x\> #1,OU=Zürich,OU=Staff"#);
    user(ldif, "CN=Paul,OU=Staff", "paul", &[("displayName", "Paul"), ("manager", &paul), ("objectGUID", &id(7))]);
    user(ldif, "CN=Joiner,OU=Staff", "joiner", &[("displayName", "Joiner"), ("objectGUID", &id(8))]);
    let computer = [("objectClass", "computer"), ("sAMAccountName", "PC1$"), ("userAccountControl", "4128")];
    ldif.add(&at("CN=PC1,OU=Staff"), &computer);
    ldif.add(&at("CN=Shared Contact,OU=Staff"), &[("objectClass", "contact"), ("mail", "contact@corp.example.com")]);
    // In another of the server's trees.
    let outside = [("objectClass", "contact"), ("displayName", "Outsider"), ("manager", &at("CN=Boss,OU=Board"))];
    ldif.add(&at("CN=Outsider,CN=Services,CN=Configuration"), &outside);
}

fn groups(ldif: &mut Ldif) {
    let mut group = |name: &str, members: &[&str]| {
        let members = members.iter().map(|member| ("member", format!("{member},{DOMAIN}")));
        let class = [("objectClass", "group".to_owned())];
        ldif.add_with(&format!("CN={name},OU=Groups,{DOMAIN}"), class.into_iter().chain(members));
    };
    let ann = r"CN=Ex\, Ann,OU=Backend\, Core,OU=Engineering,OU=Staff";
    group("Team Leads", &[ann]);
    group("Team Leads Berlin", &["CN=Dora,OU=Staff"]);
    group(r"Admins\, TimeCamp (all)", &["CN=Bob,OU=R/D,OU=Staff", ann]);
    group("Contractors", &["CN=Paul,OU=Staff", "CN=Dora,OU=Staff"]);
    group("Empty", &[]);
    for number in 0..CLUBS {
        group(&format!("Club {number:04}"), &["CN=Joiner,OU=Staff"]);
    }
}

fn many(ldif: &mut Ldif) {
    for number in 0..HEADS {
        user(ldif, &format!("CN=Head {number:04},OU=Heads"), &format!("h{number}"), &[]);
    }
    for number in 0..MANY {
        let name = format!("Person {number:04}");
        let head = format!("CN=Head {number:04},OU=Heads,{DOMAIN}");
        let manager = (number < HEADS).then_some(("manager", head.as_str()));
        let own = [("displayName", name.as_str())];
        user(
            ldif,
            &format!("CN={name},OU=Many"),
            &format!("p{number}"),
            &[own.as_slice(), manager.as_slice()].concat(),
        );
    }
    let members = (0..MEMBERS).map(|number| ("member", format!("CN=Person {number:04},OU=Many,{DOMAIN}")));
    let class = [("objectClass", "group".to_owned())];
    ldif.add_with(&format!("CN=Everyone Here,OU=Groups,{DOMAIN}"), class.into_iter().chain(members));
}
