//! The ids of what is about a team's members.

use std::fmt;

use muster_core::ids::{DraftId, MemberId, TeamId};
use muster_core::member::Filter;

use super::keys::or_dash;
use super::{Action, Keys, UnknownAction};

/// Something that can be pressed or chosen about a team's members.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Members {
    /// A page of them, all or some.
    List { team: TeamId, filter: Filter, page: u32 },
    /// Chooses which to list.
    Filter { team: TeamId },
    /// Chooses one of the listed.
    Open { team: TeamId },
    /// One member with their history.
    Show { team: TeamId, id: MemberId },
    /// Suspends a member.
    Deactivate { team: TeamId, id: MemberId },
    /// Brings a suspended member back.
    Reactivate { team: TeamId, id: MemberId },
    /// Asks whether to remove a member.
    AskRemove { team: TeamId, id: MemberId },
    /// Removes the member that a draft names, after the question.
    Remove { draft: DraftId },
    /// Chooses another role for a member.
    PickRole { team: TeamId, id: MemberId },
    /// Gives the role that a draft names, after the question.
    SetRole { draft: DraftId },
    /// Takes back the role change with this number in the log.
    UndoRole { team: TeamId, seq: i64 },
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List { team, filter, page } => {
                write!(f, "members|{team}|{}|{page}", or_dash(filter.role.as_ref()))?;
                // Ids without a status are those of earlier versions.
                filter.status.map_or(Ok(()), |status| write!(f, "|{status}"))
            }
            Self::Filter { team } => write!(f, "members-filter|{team}"),
            Self::Open { team } => write!(f, "open-member|{team}"),
            Self::Show { team, id } => write!(f, "member|{team}|{id}"),
            Self::Deactivate { team, id } => write!(f, "deactivate|{team}|{id}"),
            Self::Reactivate { team, id } => write!(f, "reactivate|{team}|{id}"),
            Self::AskRemove { team, id } => write!(f, "ask-remove|{team}|{id}"),
            Self::Remove { draft } => write!(f, "remove|{draft}"),
            Self::PickRole { team, id } => write!(f, "pick-role|{team}|{id}"),
            Self::SetRole { draft } => write!(f, "role|{draft}"),
            Self::UndoRole { team, seq } => write!(f, "undo-role|{team}|{seq}"),
        }
    }
}

impl Members {
    /// The action of a name, if it is one of these.
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Option<Self>, UnknownAction> {
        Ok(Some(match name {
            "members" => {
                let (team, role, page) = (keys.next()?, keys.role_or_dash()?, keys.next()?);
                let status = keys.rest()?;
                let filter = Filter { role, status };
                Self::List { team, filter, page }
            }
            "members-filter" => Self::Filter { team: keys.next()? },
            "open-member" => Self::Open { team: keys.next()? },
            "member" => keys.two(|team, id| Self::Show { team, id })?,
            "deactivate" => keys.two(|team, id| Self::Deactivate { team, id })?,
            "reactivate" => keys.two(|team, id| Self::Reactivate { team, id })?,
            "ask-remove" => keys.two(|team, id| Self::AskRemove { team, id })?,
            "remove" => Self::Remove { draft: keys.next()? },
            "pick-role" => keys.two(|team, id| Self::PickRole { team, id })?,
            "role" => Self::SetRole { draft: keys.next()? },
            "undo-role" => keys.two(|team, seq| Self::UndoRole { team, seq })?,
            _ => return Ok(None),
        }))
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(&self) -> Option<(&'static str, Action)> {
        let now = match *self {
            Self::Deactivate { team, id }
            | Self::Reactivate { team, id }
            | Self::AskRemove { team, id }
            | Self::PickRole { team, id } => Self::Show { team, id },
            Self::UndoRole { team, .. } | Self::Show { team, .. } | Self::Open { team } => Self::List {
                team,
                filter: Filter::default(),
                page: 0,
            },
            Self::Remove { .. } | Self::SetRole { .. } => {
                return Some(("teams-see-mine", Action::Teams { page: 0 }));
            }
            Self::List { .. } | Self::Filter { .. } => return None,
        };
        Some(("card-reload", Action::Members(now)))
    }
}
