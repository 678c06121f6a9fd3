//! The ids of what is about a team's invite links.

use std::fmt;

use muster_core::ids::{InviteLinkId, TeamId};

use super::{Action, Keys, UnknownAction};

/// Something that can be pressed or chosen about a team's invite links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Links {
    /// Makes one of the usual kind.
    Create { team: TeamId },
    /// A page of them.
    List { team: TeamId, page: u32 },
    /// Chooses one of the listed.
    Open { team: TeamId },
    /// One of them.
    Show { team: TeamId, id: InviteLinkId },
    /// Asks whether to disable one.
    AskDisable { team: TeamId, id: InviteLinkId },
    /// Disables it, after the question.
    Disable { team: TeamId, id: InviteLinkId },
}

impl fmt::Display for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { team } => write!(f, "create-link|{team}"),
            Self::List { team, page } => write!(f, "links|{team}|{page}"),
            Self::Open { team } => write!(f, "open-link|{team}"),
            Self::Show { team, id } => write!(f, "invite-link|{team}|{id}"),
            Self::AskDisable { team, id } => write!(f, "ask-disable-link|{team}|{id}"),
            Self::Disable { team, id } => write!(f, "disable-link|{team}|{id}"),
        }
    }
}

impl Links {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "create-link" => Self::Create { team: keys.next()? },
            "links" => keys.two(|team, page| Self::List { team, page })?,
            "open-link" => Self::Open { team: keys.next()? },
            "invite-link" => keys.two(|team, id| Self::Show { team, id })?,
            "ask-disable-link" => keys.two(|team, id| Self::AskDisable { team, id })?,
            "disable-link" => keys.two(|team, id| Self::Disable { team, id })?,
            _ => return Ok(None),
        }))
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(self) -> Option<(&'static str, Action)> {
        let links = match self {
            Self::AskDisable { team, id } | Self::Disable { team, id } => Self::Show { team, id },
            Self::Show { team, .. } | Self::Open { team } => Self::List { team, page: 0 },
            Self::Create { .. } | Self::List { .. } => return None,
        };
        Some(("card-reload", Action::Links(links)))
    }
}
