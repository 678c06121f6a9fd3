//! The ids of what a team announces in a server.

use std::fmt;

use muster_core::ids::TeamId;

use super::UnknownAction;
use super::keys::Keys;

/// Something that can be pressed or chosen about announcements, in the server where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Announce {
    /// What is announced, and where.
    Show { team: TeamId },
    /// Chooses a kind of entries that is announced from then on, or no longer.
    Kind { team: TeamId },
    /// Announces from then on.
    On { team: TeamId },
    /// Announces nothing any more.
    Off { team: TeamId },
    /// Tries again to write in the channel.
    Check { team: TeamId },
}

impl fmt::Display for Announce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show { team } => write!(f, "announce|{team}"),
            Self::Kind { team } => write!(f, "announce-kind|{team}"),
            Self::On { team } => write!(f, "announce-on|{team}"),
            Self::Off { team } => write!(f, "announce-off|{team}"),
            Self::Check { team } => write!(f, "announce-check|{team}"),
        }
    }
}

impl Announce {
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Self, UnknownAction> {
        Ok(match name {
            "announce" => Self::Show { team: keys.next()? },
            "announce-kind" => Self::Kind { team: keys.next()? },
            "announce-on" => Self::On { team: keys.next()? },
            "announce-off" => Self::Off { team: keys.next()? },
            "announce-check" => Self::Check { team: keys.next()? },
            _ => return Err(UnknownAction),
        })
    }

    /// Whose announcements.
    pub(super) fn team(self) -> TeamId {
        let (Self::Show { team }
        | Self::Kind { team }
        | Self::On { team }
        | Self::Off { team }
        | Self::Check { team }) = self;
        team
    }
}
