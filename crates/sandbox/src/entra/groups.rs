//! `/groups`, `/groups/{id}/members` and `/groups/{id}/transitiveMembers`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::query::{name_filter, selected};
use super::users::{PROPERTIES, properties};
use super::{Directory, Group, not_found, refusal};
use crate::call::{Answer, Call, text_at};

impl Directory {
    pub(super) fn read_groups(&self, call: &Call, route: &[&str]) -> Result<Answer, Answer> {
        let select = selected(call, &PROPERTIES)?;
        let select = select.as_deref();
        let rows = match route {
            ["groups"] => {
                // Entra ID does not tell upper from lower case in names.
                let name = name_filter(call)?.map(|name| name.to_lowercase());
                let asked = |group: &&Group| name.as_ref().is_none_or(|name| group.name.to_lowercase() == *name);
                let found: Vec<&Group> = self.groups.iter().filter(asked).collect();
                return self.page(call, &found, |group| Value::Object(properties(&row(group), select)));
            }
            ["groups", id, "members"] => self.group(id).ok_or_else(|| not_found(id))?.members.iter().collect(),
            ["groups", id, "transitiveMembers"] => self.closure(self.group(id).ok_or_else(|| not_found(id))?),
            _ => return Err(refusal(404, "ResourceNotFound", "Resource not found for the segment.")),
        };
        self.page(call, &rows, |member| self.member(member, select))
    }

    /// Everything in the group and in the groups inside it, each once.
    fn closure<'a>(&'a self, group: &'a Group) -> Vec<&'a Value> {
        let mut seen = BTreeSet::from([group.id.as_str()]);
        let mut open: Vec<&Value> = group.members.iter().rev().collect();
        let mut found = Vec::new();
        while let Some(member) = open.pop() {
            if seen.insert(id_of(member)) {
                found.push(member);
                open.extend(self.group(id_of(member)).into_iter().flat_map(|group| group.members.iter().rev()));
            }
        }
        found
    }

    fn member(&self, member: &Value, select: Option<&[String]>) -> Value {
        let id = id_of(member);
        let (kind, mut shown) = match (self.user(id), self.group(id)) {
            (Some(user), _) => ("#microsoft.graph.user".to_owned(), properties(user, select)),
            (None, Some(group)) => ("#microsoft.graph.group".to_owned(), properties(&row(group), select)),
            (None, None) => {
                let object = member.as_object().cloned().unwrap_or_default();
                (text_at(&object, "@odata.type"), properties(&object, select))
            }
        };
        shown.insert("@odata.type".to_owned(), json!(kind));
        Value::Object(shown)
    }
}

fn id_of(member: &Value) -> &str {
    member.as_str().or_else(|| member.get("id").and_then(Value::as_str)).unwrap_or_default()
}

fn row(group: &Group) -> Map<String, Value> {
    Map::from_iter([("id".to_owned(), json!(group.id)), ("displayName".to_owned(), json!(group.name))])
}
