//! What a button means to whoever presses it, and nobody else: an invitation that is theirs, their own account.

use std::fmt;

use muster_core::account::Wish;
use muster_core::ids::{InviteLinkId, TeamId};

use super::UnknownAction;
use super::keys::Keys;

/// Something that is about whoever presses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Own {
    /// Opens the invitation that a card in a channel is about.
    OpenCard { id: InviteLinkId },
    /// Accepts it.
    AcceptCard { id: InviteLinkId },
    /// Declines it.
    DeclineCard { id: InviteLinkId },
    /// Wants to hear of something, or no longer.
    Wish { what: Wish, wanted: bool },
    /// One's own membership of the team of a panel.
    Membership { team: TeamId },
    /// Chooses a topic of the help.
    Help,
    /// Unlinks the Discord user, after the question.
    Unlink,
    /// Asks for one's name before erasing the account.
    Erase,
    /// The name that was typed before erasing.
    EraseForm,
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenCard { id } => write!(f, "open-card|{id}"),
            Self::AcceptCard { id } => write!(f, "accept-card|{id}"),
            Self::DeclineCard { id } => write!(f, "decline-card|{id}"),
            Self::Wish { what, wanted } => {
                let what = match what {
                    Wish::Undelivered => "undelivered",
                    Wish::RoleMails => "role-mails",
                    Wish::Announced => "announced",
                };
                write!(f, "wish|{what}|{wanted}")
            }
            Self::Membership { team } => write!(f, "my-membership|{team}"),
            Self::Help => write!(f, "help"),
            Self::Unlink => write!(f, "unlink"),
            Self::Erase => write!(f, "erase"),
            Self::EraseForm => write!(f, "erase-form"),
        }
    }
}

impl Own {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "open-card" => Self::OpenCard { id: keys.next()? },
            "accept-card" => Self::AcceptCard { id: keys.next()? },
            "decline-card" => Self::DeclineCard { id: keys.next()? },
            "wish" => Self::Wish {
                what: match keys.text()? {
                    "undelivered" => Wish::Undelivered,
                    "role-mails" => Wish::RoleMails,
                    "announced" => Wish::Announced,
                    _ => return Err(UnknownAction),
                },
                wanted: keys.next()?,
            },
            "my-membership" => Self::Membership { team: keys.next()? },
            "help" => Self::Help,
            "unlink" => Self::Unlink,
            "erase" => Self::Erase,
            "erase-form" => Self::EraseForm,
            _ => return Ok(None),
        }))
    }
}
