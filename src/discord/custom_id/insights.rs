//! The ids of reports.

use std::fmt;

use muster_core::ids::TeamId;
use muster_core::insights::{Range, Report};

use super::UnknownAction;
use super::keys::Keys;

/// Something that can be pressed or chosen about what a team's past adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Insights {
    /// A report about a time.
    Show {
        team: TeamId,
        report: Report,
        range: Range,
    },
    /// Chooses another report about the same time.
    Choose { team: TeamId, range: Range },
}

impl fmt::Display for Insights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show { team, report, range } => write!(f, "insights|{team}|{report}|{range}"),
            Self::Choose { team, range } => write!(f, "insights-choose|{team}|{range}"),
        }
    }
}

impl Insights {
    pub(super) fn parse(name: &str, keys: &mut Keys<'_>) -> Result<Self, UnknownAction> {
        Ok(match name {
            "insights" => Self::Show {
                team: keys.next()?,
                report: keys.next()?,
                range: keys.next()?,
            },
            "insights-choose" => Self::Choose {
                team: keys.next()?,
                range: keys.next()?,
            },
            _ => return Err(UnknownAction),
        })
    }
}
