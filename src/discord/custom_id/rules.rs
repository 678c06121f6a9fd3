//! The ids of what is about a team's rules and settings.

use std::fmt;

use muster_core::ids::{DraftId, TeamId};

use super::{Action, Keys, UnknownAction};

/// Something that can be pressed, chosen or filled in about a team's rules and settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Rules {
    /// The rules in words.
    Show { team: TeamId },
    /// The rules as a file.
    Export { team: TeamId },
    /// Turns a setting of the rules on.
    TurnOn { team: TeamId, setting: String },
    /// Turns a setting of the rules off.
    TurnOff { team: TeamId, setting: String },
    /// A page of what would change with the rules of a draft.
    Review { draft: DraftId, page: u32 },
    /// Uses the rules of a draft, after the question.
    Use { draft: DraftId },
    /// The team's settings.
    Settings { team: TeamId },
    /// Asks for another name.
    Rename { team: TeamId },
    /// The filled-in form of another name.
    RenameForm { team: TeamId },
    /// Takes back the renaming with this number in the log.
    UndoRename { team: TeamId, seq: i64 },
    /// Chooses the team's language.
    Language { team: TeamId },
    /// Chooses the role that invitations offer unless told otherwise.
    DefaultRole { team: TeamId },
    /// Lets answers to invitations reach whoever invited, or no longer.
    Replies { team: TeamId, on: bool },
    /// How long the log is kept.
    Keeps { team: TeamId },
    /// Chooses how long the log is kept.
    Keep { team: TeamId },
    /// Posts the team's panel in a channel, after Discord did not let us.
    PostPanel { draft: DraftId },
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show { team } => write!(f, "rules|{team}"),
            Self::Export { team } => write!(f, "rules-file|{team}"),
            Self::TurnOn { team, setting } => write!(f, "turn-on|{team}|{setting}"),
            Self::TurnOff { team, setting } => write!(f, "turn-off|{team}|{setting}"),
            // Ids without a page are those of earlier versions.
            Self::Review { draft, page: 0 } => write!(f, "review-rules|{draft}"),
            Self::Review { draft, page } => write!(f, "review-rules|{draft}|{page}"),
            Self::Use { draft } => write!(f, "use-rules|{draft}"),
            Self::Settings { team } => write!(f, "settings|{team}"),
            Self::Rename { team } => write!(f, "rename|{team}"),
            Self::RenameForm { team } => write!(f, "rename-form|{team}"),
            Self::UndoRename { team, seq } => write!(f, "undo-rename|{team}|{seq}"),
            Self::Language { team } => write!(f, "team-language|{team}"),
            Self::DefaultRole { team } => write!(f, "default-role|{team}"),
            Self::Replies { team, on } => write!(f, "replies|{team}|{}", u8::from(*on)),
            Self::Keeps { team } => write!(f, "keeps-log|{team}"),
            Self::Keep { team } => write!(f, "keep-log|{team}"),
            Self::PostPanel { draft } => write!(f, "post-panel|{draft}"),
        }
    }
}

impl Rules {
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Self, UnknownAction> {
        Ok(match name {
            "rules" => Self::Show { team: keys.next()? },
            "rules-file" => Self::Export { team: keys.next()? },
            "turn-on" => Self::TurnOn {
                team: keys.next()?,
                setting: keys.next()?,
            },
            "turn-off" => Self::TurnOff {
                team: keys.next()?,
                setting: keys.next()?,
            },
            "review-rules" => Self::Review {
                draft: keys.next()?,
                page: keys.rest()?.unwrap_or_default(),
            },
            "use-rules" => Self::Use { draft: keys.next()? },
            "settings" => Self::Settings { team: keys.next()? },
            "rename" => Self::Rename { team: keys.next()? },
            "rename-form" => Self::RenameForm { team: keys.next()? },
            "undo-rename" => Self::UndoRename {
                team: keys.next()?,
                seq: keys.next()?,
            },
            "team-language" => Self::Language { team: keys.next()? },
            "post-panel" => Self::PostPanel { draft: keys.next()? },
            "default-role" => Self::DefaultRole { team: keys.next()? },
            "replies" => Self::Replies {
                team: keys.next()?,
                on: keys.next::<u8>()? == 1,
            },
            "keeps-log" => Self::Keeps { team: keys.next()? },
            "keep-log" => Self::Keep { team: keys.next()? },
            _ => return Err(UnknownAction),
        })
    }

    /// What shows how things are now; see [`Action::again`].
    pub(super) fn again(&self) -> Option<(&'static str, Action)> {
        let (label, rules) = match *self {
            Self::TurnOn { team, .. } | Self::TurnOff { team, .. } => ("card-reload", Self::Show { team }),
            Self::Use { draft } => ("card-reload", Self::Review { draft, page: 0 }),
            Self::RenameForm { team }
            | Self::UndoRename { team, .. }
            | Self::Language { team }
            | Self::DefaultRole { team }
            | Self::Replies { team, .. }
            | Self::Keep { team } => ("card-reload", Self::Settings { team }),
            Self::Review { .. } | Self::PostPanel { .. } => {
                return Some(("teams-see-mine", Action::Teams { page: 0 }));
            }
            Self::Show { .. }
            | Self::Export { .. }
            | Self::Settings { .. }
            | Self::Rename { .. }
            | Self::Keeps { .. } => return None,
        };
        Some((label, Action::Rules(rules)))
    }
}
