//! Departments from organisational units.

use crate::dn::{Dn, DnKey};
use crate::entry::Entry;
use std::collections::BTreeMap;

/// Where a person's department comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Department {
    /// The attribute `department`.
    Attribute,
    /// The names of the organisational units they are in.
    UnitNames,
    /// The same, each by its description where it has one.
    UnitDescriptions,
}

/// The descriptions of organisational units that have been looked up; `None` for those without one.
pub(crate) type Descriptions = BTreeMap<DnKey, Option<String>>;

impl Department {
    /// The department of an entry, its levels separated by `/`; `None` when it has none.
    pub(crate) fn of(self, entry: &Entry, descriptions: &Descriptions) -> Option<String> {
        match self {
            Self::Attribute => entry.text("department").map(str::to_owned),
            Self::UnitNames | Self::UnitDescriptions => {
                let units = entry.name()?.units();
                let level = |name: &str, dn: &Dn| {
                    let described = descriptions.get(&dn.key()).cloned().flatten();
                    one_level(&described.unwrap_or_else(|| name.to_owned()))
                };
                let path: Vec<String> = units.iter().map(|unit| level(&unit.name, &unit.dn)).collect();
                (!path.is_empty()).then(|| path.join("/"))
            }
        }
    }
}

/// A `/` within one unit must not make another level.
fn one_level(name: &str) -> String {
    name.replace('/', "-").trim().to_owned()
}

/// The units of these entries that have not been looked up, the highest first.
pub(crate) fn unknown<'e>(entries: impl IntoIterator<Item = &'e Entry>, known: &Descriptions) -> Vec<Dn> {
    let units = entries.into_iter().filter_map(Entry::name).flat_map(|name| name.units());
    let missing: BTreeMap<(usize, DnKey), Dn> = units
        .filter(|unit| !known.contains_key(&unit.dn.key()))
        .map(|unit| ((unit.dn.depth(), unit.dn.key()), unit.dn))
        .collect();
    missing.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    const ANN: &str = r"CN=Ann,OU=Backend\, Core,OU=R/D,OU=Staff,DC=corp";

    #[test]
    fn the_attribute_or_the_units() {
        let ann = sample(ANN, &[("department", "Ops/Berlin")]);
        assert_eq!(Department::Attribute.of(&ann, &Descriptions::new()).unwrap(), "Ops/Berlin");
        assert_eq!(Department::UnitNames.of(&ann, &Descriptions::new()).unwrap(), "Staff/R-D/Backend, Core");
        let outside = sample("CN=Ann,CN=Users,DC=corp", &[("department", " ")]);
        assert_eq!(Department::UnitNames.of(&outside, &Descriptions::new()), None);
        assert_eq!(Department::Attribute.of(&outside, &Descriptions::new()), None);
    }

    #[test]
    fn descriptions_replace_names_where_there_are_any() {
        let ann = sample(ANN, &[]);
        let missing = unknown([&ann, &ann], &Descriptions::new());
        let names: Vec<&str> = missing.iter().map(Dn::as_str).collect();
        assert_eq!(
            names,
            ["OU=Staff,DC=corp", "OU=R/D,OU=Staff,DC=corp", r"OU=Backend\, Core,OU=R/D,OU=Staff,DC=corp"]
        );
        let described = [None, Some("Research/Development".to_owned()), None];
        let known: Descriptions = missing.iter().map(Dn::key).zip(described).collect();
        let department = Department::UnitDescriptions.of(&ann, &known).unwrap();
        assert_eq!(department, "Staff/Research-Development/Backend, Core");
        assert!(unknown([&ann], &known).is_empty());
    }
}
