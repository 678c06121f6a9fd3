//! What a select offers.

use muster_core::policy::{Role, RoleKey};

/// One option of a select.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// An option.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            chosen,
        }
    }

    /// A role as an option.
    pub fn role(role: &Role, chosen: Option<&RoleKey>) -> Self {
        Self::new(role.key.as_str(), role.name.as_str(), chosen == Some(&role.key))
    }
}
