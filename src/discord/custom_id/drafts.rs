//! The ids of what is about invitations that are still being written: the review, and what came of sending.

use std::fmt;

use muster_core::ids::DraftId;

use super::{Action, Keys, UnknownAction};

/// Something that can be pressed, chosen or filled in about a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Drafts {
    /// A page of the review.
    Review { draft: DraftId, page: u32 },
    /// Asks again whom to invite.
    Edit { draft: DraftId },
    /// The filled-in form of a changed draft.
    EditForm { draft: DraftId },
    /// Chooses the role, on a page of the review.
    Role { draft: DraftId, page: u32 },
    /// Sends it.
    Send { draft: DraftId },
    /// Forgets it; of whatever kind it is.
    Drop { draft: DraftId },
    /// A page of what came of sending.
    Outcome { draft: DraftId, page: u32 },
}

impl fmt::Display for Drafts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Review { draft, page } => write!(f, "review|{draft}|{page}"),
            Self::Edit { draft } => write!(f, "edit|{draft}"),
            Self::EditForm { draft } => write!(f, "edit-form|{draft}"),
            // Ids without a page are those of earlier versions.
            Self::Role { draft, page: 0 } => write!(f, "draft-role|{draft}"),
            Self::Role { draft, page } => write!(f, "draft-role|{draft}|{page}"),
            Self::Send { draft } => write!(f, "send|{draft}"),
            Self::Drop { draft } => write!(f, "drop|{draft}"),
            Self::Outcome { draft, page } => write!(f, "outcome|{draft}|{page}"),
        }
    }
}

impl Drafts {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "review" => keys.two(|draft, page| Self::Review { draft, page })?,
            "edit" => Self::Edit { draft: keys.next()? },
            "edit-form" => Self::EditForm { draft: keys.next()? },
            "draft-role" => Self::Role {
                draft: keys.next()?,
                page: keys.rest()?.unwrap_or_default(),
            },
            "send" => Self::Send { draft: keys.next()? },
            "drop" => Self::Drop { draft: keys.next()? },
            "outcome" => keys.two(|draft, page| Self::Outcome { draft, page })?,
            _ => return Ok(None),
        }))
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(self) -> Option<(&'static str, Action)> {
        match self {
            Self::Review { .. } | Self::Role { .. } | Self::Send { .. } | Self::Outcome { .. } => {
                Some(("teams-see-mine", Action::Teams { page: 0 }))
            }
            Self::Edit { .. } | Self::EditForm { .. } | Self::Drop { .. } => None,
        }
    }
}
