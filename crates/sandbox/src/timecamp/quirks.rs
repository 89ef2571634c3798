//! How this TimeCamp behaves where the documents leave it open, or where a real one has been seen to differ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The defaults are what a real server most likely does, at its oddest.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Quirks {
    pub(super) ids: Ids,
    /// `GET users`: a list, or a map by id.
    pub(super) users: Shape,
    /// `GET group/{id}/user`: a list, or a map by id (then without `user_id`, the id being `id`).
    pub(super) group_users: Shape,
    pub(super) day_types: Shape,
    /// Settings of several users: a map by id, or one list.
    pub(super) settings: Shape,
    pub(super) all_unset: AllUnset,
    pub(super) setting_values: Values,
    /// The order of users and groups.
    pub(super) order: Order,
    pub(super) emails: LetterCase,
    pub(super) new_display_name: NewName,
    pub(super) bodies: Bodies,
    /// The status for a wrong key: 401 or 403.
    pub(super) wrong_key: u16,
    /// How long an invited user stays out of sight.
    pub(super) visible_after_ms: u64,
    /// How long nothing can be created under a group that was just created.
    pub(super) group_usable_after_ms: u64,
    pub(super) overlap: Overlap,
    /// How many levels there may be below a top-level group; null: any number.
    pub(super) max_depth_below_root: Option<usize>,
    pub(super) attendance: Module,
    pub(super) refuse: Refuse,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            ids: Ids::default(),
            users: Shape::List,
            group_users: Shape::List,
            day_types: Shape::Map,
            settings: Shape::Map,
            all_unset: AllUnset::default(),
            setting_values: Values::default(),
            order: Order::default(),
            emails: LetterCase::default(),
            new_display_name: NewName::default(),
            bodies: Bodies::default(),
            wrong_key: 401,
            visible_after_ms: 0,
            group_usable_after_ms: 0,
            overlap: Overlap::default(),
            max_depth_below_root: None,
            attendance: Module::default(),
            refuse: Refuse::default(),
        }
    }
}

/// How ids are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ids {
    /// Some as text and some as numbers, in one answer.
    #[default]
    Mixed,
    Text,
    Number,
}

/// How the values of settings are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Values {
    #[default]
    Text,
    /// Whole numbers as numbers, the rest as text.
    Number,
}

/// Which writes that succeed answer 200 without a body.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Bodies {
    /// Those that are documented to.
    #[default]
    Documented,
    /// All.
    Empty,
}

/// Whether a part of TimeCamp is in the account's plan.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Module {
    #[default]
    On,
    Off,
}

/// How many things are written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    List,
    Map,
}

/// What is answered when none of the users asked about has any of the settings.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AllUnset {
    /// `[]`, PHP's empty array.
    #[default]
    Bare,
    /// 404 and `[]`.
    NotFound,
    /// The usual shape, with nothing in it.
    Usual,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// By id.
    #[default]
    Id,
    /// By id, the highest first.
    Reverse,
}

/// The letter case of the addresses in answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LetterCase {
    #[default]
    AsIs,
    Lower,
    Upper,
}

/// The display name of a user who was just invited.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NewName {
    #[default]
    LocalPart,
    Null,
    Empty,
}

/// Which requests are refused with 429 while another one of them runs.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Overlap {
    /// Invitations.
    #[default]
    #[serde(alias = "refuse")]
    Invitations,
    /// All writes.
    Writes,
    /// None.
    #[serde(alias = "allow")]
    Allowed,
}

/// What is refused, whoever asks.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Refuse {
    /// Users, by id, to whom no write is allowed. A list of ids, as text or as numbers.
    users: Vec<serde_json::Value>,
    /// Addresses that cannot be invited.
    emails: Vec<String>,
    /// Groups that cannot be created, by name.
    groups: Vec<String>,
    /// What becomes of an invitation of several addresses with a refused one among them.
    pub(super) batch: Batch,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Batch {
    /// The others are invited; the refused one's status is an error.
    #[default]
    Status,
    /// 400, and nobody is invited.
    Whole,
    /// 400, after those who stand before it were invited.
    Partly,
}

impl Refuse {
    pub(super) fn user(&self, id: u64) -> bool {
        self.users.iter().any(|refused| crate::call::id_of(refused) == Some(id))
    }

    pub(super) fn email(&self, address: &str) -> bool {
        self.emails.iter().any(|refused| refused.eq_ignore_ascii_case(address))
    }

    pub(super) fn group(&self, name: &str) -> bool {
        self.groups.iter().any(|refused| refused.trim() == name.trim())
    }
}

/// Addresses known from other accounts, with their display names.
pub(super) type Known = BTreeMap<String, String>;
