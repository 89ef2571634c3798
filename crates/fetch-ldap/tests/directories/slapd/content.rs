//! Who is in the tree.

use super::{PASSWORD, TOP};
use crate::ldif::Ldif;

/// People below `ou=many`.
pub(crate) const MANY: usize = 5000;
/// Their managers below `ou=heads`, more than fit in one look-up.
pub(crate) const HEADS: usize = 60;
/// Of these, the members of the group `Everyone Here`.
pub(crate) const MEMBERS: usize = 2000;
/// The groups that the person `Joiner` is in.
pub(crate) const CLUBS: usize = 1600;

/// Accounts that may log on.
const ACCOUNTS: [&str; 7] = ["reader", "counted", "limited", "blind", "narrow", "plain", "unitless"];

const ANN: &str = r"cn=Ex\, Ann,ou=Backend\, Core,ou=Engineering,ou=staff";

/// Everybody, for `slapadd`.
pub(super) fn people() -> Ldif {
    let mut ldif = Ldif::default();
    ldif.add(TOP, &[("objectClass", "domain"), ("dc", "example")]);
    for name in ACCOUNTS {
        let account = [("objectClass", "applicationProcess"), ("objectClass", "simpleSecurityObject"), ("cn", name)];
        ldif.add(&format!("cn={name},{TOP}"), &[account.as_slice(), &[("userPassword", PASSWORD)]].concat());
    }
    units(&mut ldif);
    staff(&mut ldif);
    many(&mut ldif);
    ldif
}

fn units(ldif: &mut Ldif) {
    let mut unit = |name: &str, description: &[(&str, &str)]| {
        let class = [("objectClass", "organizationalUnit")];
        ldif.add(&format!("{name},{TOP}"), &[class.as_slice(), description].concat());
    };
    for name in ["ou=board", "ou=groups", "ou=many", "ou=heads", "ou=staff"] {
        unit(name, &[]);
    }
    unit("ou=Engineering,ou=staff", &[("description", "Research/Development")]);
    unit(r"ou=Backend\, Core,ou=Engineering,ou=staff", &[]);
    unit("ou=R/D,ou=staff", &[]);
    unit("ou=Zürich,ou=staff", &[("description", "Büro Zürich")]);
}

fn person(ldif: &mut Ldif, dn: &str, attributes: &[(&str, &str)]) {
    let own = [("objectClass", "inetOrgPerson"), ("objectClass", "staff")];
    ldif.add(&format!("{dn},{TOP}"), &[own.as_slice(), attributes].concat());
}

/// An entry's identity.
fn id(number: u32) -> String {
    format!("{number:08x}-2222-1033-8444-555566667777")
}

fn staff(ldif: &mut Ldif) {
    let at = |dn: &str| format!("{dn},{TOP}");
    // Each other's manager.
    let chair = [
        ("cn", "Chair"),
        ("sn", "Chair"),
        ("displayName", "The Chair"),
        ("manager", &at("uid=boss,ou=board")),
        ("entryUUID", &id(1)),
    ];
    person(ldif, "uid=chair,ou=board", &chair);
    let boss = [
        ("cn", "Boss"),
        ("sn", "Boss"),
        ("displayName", "Big Boss"),
        ("mail", "boss@example.org"),
        ("manager", &at("uid=chair,ou=board")),
        ("entryUUID", &id(2)),
    ];
    person(ldif, "uid=boss,ou=board", &boss);
    let ann = [
        ("cn", "Ex, Ann"),
        ("sn", "Exeter"),
        ("givenName", "Annette"),
        ("displayName", "Ann Ex"),
        ("uid", "Ann.Ex"),
        ("mail", "Ann.Ex@Mail.Example.org"),
        ("mail", "ann@two.example.org"),
        ("department", "Ops/Berlin"),
        ("title", "Engineer"),
        ("manager", &at("UID=Boss, ou=board")),
        ("entryUUID", &id(3)),
    ];
    person(ldif, ANN, &ann);
    let bob = [
        ("cn", "Bob"),
        ("givenName", "Bob"),
        ("sn", "Ray"),
        ("manager", &at(r"cn=ex\2c ann,ou=Backend\2C Core,ou=engineering,ou=staff")),
        ("entryUUID", &id(4)),
    ];
    person(ldif, "uid=Bob,ou=R/D,ou=staff", &bob);
    let lukasz = [
        ("cn", "Łukasz \"Luk\" Żółć + Söhne; <x> #1"),
        ("sn", "Żółć"),
        ("displayName", "Łukasz Żółć"),
        ("mail", "lukasz@example.org"),
        ("manager", &at("uid=gone,ou=board")),
        ("entryUUID", &id(5)),
    ];
    person(ldif, r#"cn=Łukasz \"Luk\" Żółć \+ Söhne\; \<x\> #1,ou=Zürich,ou=staff"#, &lukasz);
    let nameless = [("cn", "joiner"), ("sn", "Joiner"), ("displayName", "Joiner"), ("entryUUID", &id(6))];
    person(ldif, "uid=joiner,ou=staff", &nameless);
}

/// The groups, for a running server.
pub(super) fn groups() -> Ldif {
    let mut ldif = Ldif::default();
    let mut group_in = |unit: &str, name: &str, members: &[String]| {
        let members = members.iter().map(|member| ("member", format!("{member},{TOP}")));
        let class = [("objectClass", "groupOfNames".to_owned())];
        ldif.add_with(&format!("cn={name},ou={unit},{TOP}"), class.into_iter().chain(members));
    };
    group_in("board", "Twice", &["uid=joiner,ou=staff".to_owned()]);
    let mut group = |name: &str, members: &[String]| group_in("groups", name, members);
    group("twice", &[ANN.to_owned()]);
    let joiner = "uid=joiner,ou=staff".to_owned();
    group("Team Leads", &[ANN.to_owned()]);
    group("Team Leads Berlin", std::slice::from_ref(&joiner));
    group(r"Admins\, TimeCamp (all)", &["uid=Bob,ou=R/D,ou=staff".to_owned(), ANN.to_owned()]);
    group("Board Only", &["uid=boss,ou=board".to_owned()]);
    for number in 0..CLUBS {
        group(&format!("Club {number:04}"), std::slice::from_ref(&joiner));
    }
    let members: Vec<String> = (0..MEMBERS).map(|number| format!("uid=p{number},ou=many")).collect();
    group("Everyone Here", &members);
    ldif
}

fn many(ldif: &mut Ldif) {
    for number in 0..HEADS {
        let name = format!("Head {number:04}");
        person(ldif, &format!("uid=h{number},ou=heads"), &[("cn", &name), ("sn", &name)]);
    }
    for number in 0..MANY {
        let name = format!("Person {number:04}");
        let head = format!("uid=h{number},ou=heads,{TOP}");
        let manager = (number < HEADS).then_some(("manager", head.as_str()));
        let own = [("cn", name.as_str()), ("sn", &name), ("displayName", &name)];
        person(ldif, &format!("uid=p{number},ou=many"), &[own.as_slice(), manager.as_slice()].concat());
    }
}
