//! The policies that ship with Muster.

use std::sync::LazyLock;

use super::{Policy, PolicyError};

/// A policy to start from. A team gets a copy, which its owner may edit.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// What `/team create` takes: `campaigns`.
    pub key: String,
    /// What people read: `Campaigns`.
    pub name: String,
    /// One line for the person who chooses.
    pub summary: String,
    /// The rules.
    pub policy: Policy,
}

impl Preset {
    /// Reads a preset file; its name and summary are those of its policy.
    pub fn from_toml(key: &str, text: &str) -> Result<Preset, PolicyError> {
        let policy = Policy::from_toml(text)?;
        Ok(Preset {
            key: key.to_owned(),
            name: policy.name().to_owned(),
            summary: policy.summary().to_owned(),
            policy,
        })
    }
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    [
        ("campaigns", include_str!("presets/campaigns.toml")),
        ("workspace", include_str!("presets/workspace.toml")),
        ("company", include_str!("presets/company.toml")),
        ("project", include_str!("presets/project.toml")),
        ("business", include_str!("presets/business.toml")),
    ]
    .into_iter()
    .map(|(key, text)| Preset::from_toml(key, text).unwrap_or_else(|error| panic!("preset `{key}`: {error}")))
    .collect()
});

/// The built-in presets, in the order in which they are offered.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}
