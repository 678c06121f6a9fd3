//! The ids of what is about people from a file, and those of them who wait for their hour.

use std::fmt;

use muster_core::ids::{DraftId, ScheduledId, TeamId};
use muster_core::invitation::scheduled::Status;

use super::{Action, Keys, UnknownAction};

/// Something that can be pressed or chosen about people from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Bulk {
    /// Chooses the role of those lines that name none.
    Role { draft: DraftId },
    /// Sends and schedules the people of a file.
    Send { draft: DraftId },
    /// A page of the invitations that wait for their hour, or of those that could not be sent.
    Scheduled { team: TeamId, status: Status, page: u32 },
    /// Chooses one of the listed.
    Open { team: TeamId },
    /// One of them.
    Show { team: TeamId, id: ScheduledId },
    /// Cancels one of them.
    Cancel { team: TeamId, id: ScheduledId },
    /// Asks whether to cancel all of them.
    AskCancelAll { team: TeamId },
    /// Cancels all of them, after the question.
    CancelAll { team: TeamId },
}

impl fmt::Display for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { draft } => write!(f, "bulk-role|{draft}"),
            Self::Send { draft } => write!(f, "bulk-send|{draft}"),
            Self::Scheduled { team, status, page } => write!(f, "scheduled|{team}|{status}|{page}"),
            Self::Open { team } => write!(f, "open-scheduled|{team}"),
            Self::Show { team, id } => write!(f, "scheduled-one|{team}|{id}"),
            Self::Cancel { team, id } => write!(f, "unschedule|{team}|{id}"),
            Self::AskCancelAll { team } => write!(f, "ask-unschedule|{team}"),
            Self::CancelAll { team } => write!(f, "unschedule-all|{team}"),
        }
    }
}

impl Bulk {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "bulk-role" => Self::Role { draft: keys.next()? },
            "bulk-send" => Self::Send { draft: keys.next()? },
            "scheduled" => Self::Scheduled {
                team: keys.next()?,
                status: keys.next()?,
                page: keys.next()?,
            },
            "open-scheduled" => Self::Open { team: keys.next()? },
            "scheduled-one" => keys.two(|team, id| Self::Show { team, id })?,
            "unschedule" => keys.two(|team, id| Self::Cancel { team, id })?,
            "ask-unschedule" => Self::AskCancelAll { team: keys.next()? },
            "unschedule-all" => Self::CancelAll { team: keys.next()? },
            _ => return Ok(None),
        }))
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(self) -> Option<(&'static str, Action)> {
        match self {
            Self::Show { team, .. }
            | Self::Cancel { team, .. }
            | Self::AskCancelAll { team }
            | Self::CancelAll { team } => {
                let (status, page) = (Status::Scheduled, 0);
                let list = Self::Scheduled { team, status, page };
                Some(("card-reload", Action::Bulk(list)))
            }
            Self::Send { .. } => Some(("teams-see-mine", Action::Teams { page: 0 })),
            Self::Role { .. } | Self::Scheduled { .. } | Self::Open { .. } => None,
        }
    }
}
