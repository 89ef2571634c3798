//! Distinguished names, read by RFC 4514: `CN=Ex\, Ann,OU=Backend\, Core,DC=corp,DC=example,DC=com`.

mod parse;

use std::fmt;
use timecamp_scim_core::names::loose_name_key;

/// A distinguished name; the first RDN is the entry itself, the last one the top of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dn {
    text: String,
    rdns: Vec<Rdn>,
}

/// One level of a distinguished name. More than one pair when it joins several by `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rdn {
    /// Where it begins in the text.
    start: usize,
    pairs: Vec<Pair>,
}

/// `OU=Sales`: the type in lower case, the value without escapes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    kind: String,
    value: String,
}

/// A distinguished name as it compares: letter case, spacing and the spelling of escapes do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DnKey(Vec<Vec<Pair>>);

/// What a text that is no distinguished name lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DnError {
    #[error("it is empty")]
    Empty,
    #[error("a part of it has no `=`")]
    NoEquals,
    #[error("a part of it has nothing usable before the `=`")]
    NoType,
    #[error("an escape in it is not one of RFC 4514")]
    BadEscape,
    #[error("a `#` value in it is not hexadecimal BER")]
    BadHex,
    #[error("an escaped value in it is not UTF-8")]
    NotUtf8,
    #[error("a character in it has to be escaped")]
    Unescaped,
}

/// An organisational unit that an entry is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its name, without escapes.
    pub(crate) name: String,
    /// The unit's own distinguished name.
    pub(crate) dn: Dn,
}

impl Dn {
    /// Reads a distinguished name; the empty one is an error.
    pub(crate) fn parse(text: &str) -> Result<Self, DnError> {
        Ok(Self { text: text.to_owned(), rdns: parse::rdns(text)? })
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// As it compares.
    pub(crate) fn key(&self) -> DnKey {
        DnKey(self.rdns.iter().map(Rdn::key).collect())
    }

    /// The value of the entry's own RDN, the first one where several are joined: `Ex, Ann`.
    pub(crate) fn first_value(&self) -> &str {
        let first = self.rdns.first().and_then(|rdn| rdn.pairs.first());
        first.map(|pair| pair.value.as_str()).unwrap_or_default()
    }

    /// The organisational units it lies in, from the top down.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let unit = |(level, rdn): (usize, &Rdn)| {
            let pair = rdn.pairs.iter().find(|pair| pair.is_unit())?;
            Some(Unit { name: pair.value.clone(), dn: self.above(level)? })
        };
        self.rdns.iter().enumerate().filter_map(unit).rev().collect()
    }

    /// The name `levels` above this one.
    fn above(&self, levels: usize) -> Option<Self> {
        let start = self.rdns.get(levels)?.start;
        let moved = |rdn: &Rdn| Rdn { start: rdn.start.saturating_sub(start), pairs: rdn.pairs.clone() };
        Some(Self {
            text: self.text.get(start..)?.to_owned(),
            rdns: self.rdns.iter().skip(levels).map(moved).collect(),
        })
    }

    /// The `DC=` levels at its end: the domain it lies in.
    pub(crate) fn domain(&self) -> Option<Self> {
        let levels = self.rdns.iter().rev().take_while(|rdn| rdn.pairs.iter().all(|pair| pair.kind == "dc")).count();
        if levels == 0 { None } else { self.above(self.rdns.len() - levels) }
    }

    /// Whether it is `top` or lies below it.
    pub(crate) fn is_within(&self, top: &Self) -> bool {
        self.key().0.ends_with(&top.key().0)
    }

    /// How many levels it has.
    pub(crate) fn depth(&self) -> usize {
        self.rdns.len()
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Rdn {
    fn key(&self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.pairs.iter().map(Pair::key).collect();
        pairs.sort();
        pairs
    }
}

impl Pair {
    fn key(&self) -> Self {
        Self { kind: self.kind.clone(), value: loose_name_key(&self.value) }
    }

    fn is_unit(&self) -> bool {
        self.kind == "ou"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dn(text: &str) -> Dn {
        Dn::parse(text).unwrap()
    }

    fn units(text: &str) -> Vec<String> {
        dn(text).units().into_iter().map(|unit| unit.name).collect()
    }

    #[test]
    fn units_come_from_the_top_and_an_escaped_comma_makes_no_level() {
        assert_eq!(units(r"CN=Ex\, Ann,OU=Backend\, Core,OU=R&D,DC=corp,DC=test"), ["R&D", "Backend, Core"]);
        assert_eq!(units(r"CN=Ann,OU=Backend\2C Core,DC=corp"), ["Backend, Core"]);
        assert_eq!(units("cn=Ann, ou = Ops , dc=corp"), ["Ops"]);
        assert_eq!(units("CN=Ann,CN=Users,DC=corp"), [""; 0]);
        assert_eq!(
            units("cn=Ann,2.5.4.11=Ops,OID.2.5.4.11=Top,organizationalUnitName=Firm,dc=x"),
            ["Firm", "Top", "Ops"]
        );
    }

    #[test]
    fn a_unit_knows_its_own_name_in_the_directory() {
        let dn = dn(r"CN=Ann,OU=Backend\, Core,OU=R\2FD,DC=corp");
        let units = dn.units();
        assert_eq!(units[1].dn.as_str(), r"OU=Backend\, Core,OU=R\2FD,DC=corp");
        assert_eq!(units[1].dn, Dn::parse(r"OU=Backend\, Core,OU=R\2FD,DC=corp").unwrap());
        assert_eq!(units[0].name, "R/D");
    }

    #[test]
    fn first_values_are_without_escapes() {
        assert_eq!(dn(r"CN=Ex\, Ann,DC=corp").first_value(), "Ex, Ann");
        assert_eq!(dn(r"CN=\C5\81ukasz \22Luk\22 \#1,DC=corp").first_value(), "Łukasz \"Luk\" #1");
        assert_eq!(dn(r"CN=\ padded\ ,DC=corp").first_value(), " padded ");
        assert_eq!(dn(r"CN=Ann\0ADEL:0b5c,CN=Deleted Objects,DC=corp").first_value(), "Ann\nDEL:0b5c");
        assert_eq!(dn("uid=ann+cn=Ann,dc=corp").first_value(), "ann");
        assert_eq!(dn("cn=#0403416E6E,dc=corp").first_value(), "Ann");
        assert_eq!(dn("CN=,DC=corp").first_value(), "");
    }

    #[test]
    fn names_compare_whatever_their_spelling() {
        let same =
            [r"CN=Ex\, Ann,OU=Ops,DC=corp", r"cn=ex\2c  ann, ou=OPS ,dc=CORP", "CN=#040745782C20416E6E,ou=ops,dc=corp"];
        for text in same {
            assert_eq!(dn(text).key(), dn(same[0]).key(), "{text}");
        }
        assert_eq!(dn("cn=a+uid=b,dc=x").key(), dn("UID=B+CN=A,dc=x").key());
        assert_ne!(dn("CN=Ex,CN=Ann,OU=Ops,DC=corp").key(), dn(same[0]).key());
    }

    #[test]
    fn where_a_name_lies() {
        let ann = dn("CN=Ann,OU=Ops,DC=corp,DC=test");
        assert!(ann.is_within(&dn("ou=ops, dc=corp,dc=test")));
        assert!(ann.is_within(&ann));
        assert!(!ann.is_within(&dn("OU=Op,DC=corp,DC=test")));
        assert_eq!(ann.domain().unwrap().as_str(), "DC=corp,DC=test");
        assert_eq!(dn("cn=Ann,o=Firm").domain(), None);
        assert_eq!(ann.depth(), 4);
    }

    proptest! {
        #[test]
        fn every_value_survives_escaping(value in "\\PC{0,12}", unit in "[ ,+/\\\\\"<>;#=a-zł]{1,8}") {
            let text = format!("CN={},OU={},DC=corp", ldap3::dn_escape(&value), ldap3::dn_escape(&unit));
            let dn = Dn::parse(&text).unwrap();
            prop_assert_eq!(dn.first_value(), value.as_str());
            let units = dn.units();
            prop_assert_eq!((units.len(), units[0].name.as_str(), dn.depth()), (1, unit.as_str(), 3));
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,24}") {
            if let Ok(dn) = Dn::parse(&text) {
                prop_assert!(dn.is_within(&dn));
            }
        }
    }

    #[test]
    fn what_is_no_name_is_told_apart() {
        let cases = [
            ("", DnError::Empty),
            ("  ", DnError::Empty),
            ("ldap-reader", DnError::NoEquals),
            ("cn=Ann,", DnError::NoEquals),
            ("=Ann", DnError::NoType),
            ("c n=Ann", DnError::NoType),
            (r"cn=Ann\", DnError::BadEscape),
            (r"cn=A\zz", DnError::BadEscape),
            (r"cn=\C5", DnError::NotUtf8),
            ("cn=#04", DnError::BadHex),
            ("cn=#zz", DnError::BadHex),
            ("cn=A\"nn", DnError::Unescaped),
            ("cn=A<nn", DnError::Unescaped),
        ];
        for (text, error) in cases {
            assert_eq!(Dn::parse(text), Err(error), "{text}");
        }
    }
}
