//! The ids of what is about a team's API keys.

use std::fmt;

use muster_core::ids::{ApiKeyId, TeamId};

use super::{Action, Keys, UnknownAction};

/// Something that can be pressed or chosen about a team's API keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum ApiKeys {
    /// A page of the keys.
    List { team: TeamId, page: u32 },
    /// Chooses one of the listed keys.
    Open { team: TeamId },
    /// One key.
    Show { team: TeamId, id: ApiKeyId },
    /// Leads to another secret of a key.
    Rotate { team: TeamId, id: ApiKeyId },
    /// Asks whether to revoke a key.
    AskRevoke { team: TeamId, id: ApiKeyId },
    /// Revokes a key, after the question.
    Revoke { team: TeamId, id: ApiKeyId },
}

impl fmt::Display for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List { team, page } => write!(f, "api-keys|{team}|{page}"),
            Self::Open { team } => write!(f, "open-api-key|{team}"),
            Self::Show { team, id } => write!(f, "api-key|{team}|{id}"),
            Self::Rotate { team, id } => write!(f, "rotate-api-key|{team}|{id}"),
            Self::AskRevoke { team, id } => write!(f, "ask-revoke-api-key|{team}|{id}"),
            Self::Revoke { team, id } => write!(f, "revoke-api-key|{team}|{id}"),
        }
    }
}

impl ApiKeys {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "api-keys" => Self::List {
                team: keys.next()?,
                page: keys.next()?,
            },
            "open-api-key" => Self::Open { team: keys.next()? },
            "api-key" => Self::Show {
                team: keys.next()?,
                id: keys.next()?,
            },
            "rotate-api-key" => Self::Rotate {
                team: keys.next()?,
                id: keys.next()?,
            },
            "ask-revoke-api-key" => Self::AskRevoke {
                team: keys.next()?,
                id: keys.next()?,
            },
            "revoke-api-key" => Self::Revoke {
                team: keys.next()?,
                id: keys.next()?,
            },
            _ => return Ok(None),
        }))
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(self) -> Option<(&'static str, Action)> {
        let now = match self {
            Self::Rotate { team, id } | Self::AskRevoke { team, id } | Self::Revoke { team, id } => {
                Self::Show { team, id }
            }
            Self::Show { team, .. } | Self::Open { team } => Self::List { team, page: 0 },
            Self::List { .. } => return None,
        };
        Some(("card-reload", Action::ApiKeys(now)))
    }
}
