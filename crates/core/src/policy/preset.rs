//! The policies that teams start from: those that ship with Muster, and those that the operator adds.

use std::sync::{Arc, LazyLock};

use super::role::is_key;
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

/// The presets of one Muster, in the order in which they are offered. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Presets(Arc<Vec<Preset>>);

static SHIPPED: LazyLock<Presets> = LazyLock::new(|| {
    let presets = [
        ("campaigns", include_str!("presets/campaigns.toml")),
        ("workspace", include_str!("presets/workspace.toml")),
        ("company", include_str!("presets/company.toml")),
        ("project", include_str!("presets/project.toml")),
        ("business", include_str!("presets/business.toml")),
    ]
    .into_iter()
    .map(|(key, text)| {
        Preset::from_toml(key, text).unwrap_or_else(|error| panic!("preset `{key}`: {error}"))
    });
    Presets(Arc::new(presets.collect()))
});

impl Presets {
    /// Those that ship with Muster.
    pub fn shipped() -> &'static Presets {
        &SHIPPED
    }

    /// Adds one of the operator's, to be offered after those that are there.
    pub fn add(&mut self, key: &str, text: &str) -> Result<(), PolicyError> {
        let bad_key = |reason: String| PolicyError {
            line: None,
            column: None,
            reason,
        };
        if !is_key(key) {
            return Err(bad_key(format!(
                "`{key}` is no name for a preset: use a lower case letter, then up to 31 lower case letters, digits or underscores"
            )));
        }
        if self.get(key).is_some() {
            return Err(bad_key(format!("there is a preset `{key}` already")));
        }
        let preset = Preset::from_toml(key, text)?;
        Arc::make_mut(&mut self.0).push(preset);
        Ok(())
    }

    /// The preset with this key.
    pub fn get(&self, key: &str) -> Option<&Preset> {
        self.iter().find(|preset| preset.key == key)
    }

    /// All of them, in the order in which they are offered.
    pub fn iter(&self) -> impl Iterator<Item = &Preset> {
        self.0.iter()
    }
}
