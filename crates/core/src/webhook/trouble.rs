//! Why something about webhooks was not done.

use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;

/// A rule of webhooks that stands against what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The team has as many as it may.
    Most {
        /// How many that is.
        most: i64,
    },
    /// It is off, and sends nothing.
    Off,
    /// The entry that the message tells about is no longer in the log.
    Gone,
    /// So many tests were sent that they wait for one another.
    Busy,
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Rule::Webhook(trouble).into()
    }
}

impl Trouble {
    /// The stable name of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Most { .. } => "WEBHOOK-LIMIT",
            Self::Off => "WEBHOOK-OFF",
            Self::Gone => "WEBHOOK-GONE",
            Self::Busy => "WEBHOOK-BUSY",
        }
    }

    /// What happened and what to do, for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Most { most } => message!("webhook-limit", most = *most),
            Self::Off => message!("webhook-off"),
            Self::Gone => message!("webhook-gone"),
            Self::Busy => message!("webhook-busy"),
        }
    }
}
