//! Policies as TOML: reading with the line of each mistake, writing so that it reads back the same.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::Policy;
use super::fault::{Fault, Step};

/// Far above what 25 roles need, and small enough to read in one go.
const MAX_BYTES: usize = 64 * 1024;

/// Why a policy was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line of the mistake, from 1; none when the policy did not come from a text or the whole of it is meant.
    pub line: Option<usize>,
    /// The column in that line, from 1, in characters.
    pub column: Option<usize>,
    /// A sentence for the person who wrote the policy.
    pub reason: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for PolicyError {}

impl PolicyError {
    fn at(text: &str, offset: Option<usize>, reason: String) -> PolicyError {
        let before = offset.and_then(|offset| text.get(..offset));
        PolicyError {
            line: before.map(|before| before.matches('\n').count() + 1),
            column: before.map(|before| before.chars().rev().take_while(|c| *c != '\n').count() + 1),
            reason,
        }
    }
}

impl From<Fault> for PolicyError {
    fn from(fault: Fault) -> PolicyError {
        PolicyError {
            line: None,
            column: None,
            reason: fault.reason,
        }
    }
}

impl Policy {
    /// Reads and validates a policy.
    pub fn from_toml(text: &str) -> Result<Policy, PolicyError> {
        if text.len() > MAX_BYTES {
            let reason = format!("a policy has at most {} KiB", MAX_BYTES / 1024);
            return Err(PolicyError {
                line: None,
                column: None,
                reason,
            });
        }
        let policy: Policy = toml::from_str(text).map_err(|error| {
            let reason = error.message().trim().replace('\n', "; ");
            PolicyError::at(text, error.span().map(|span| span.start), reason)
        })?;
        policy
            .check()
            .map_err(|fault| PolicyError::at(text, offset_of(text, &fault.path), fault.reason))?;
        Ok(policy)
    }

    /// Writes the policy; [`Policy::from_toml`] reads the same policy back.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a policy holds only what TOML can write")
    }
}

/// Where the deepest part of `path` that the text spells out begins.
fn offset_of(text: &str, path: &[Step]) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut offset = None;
    let mut here: Option<&DeValue<'_>> = None;
    for step in path {
        let next = match (here, step) {
            (None, Step::Key(key)) => document.get_ref().get(key.as_str()),
            (Some(value), Step::Key(key)) => value.get(key.as_str()),
            (Some(value), Step::Index(index)) => value.get(*index),
            (None, Step::Index(_)) => None,
        };
        let Some(next) = next else { break };
        offset = Some(next.span().start);
        here = Some(next.get_ref());
    }
    offset
}
