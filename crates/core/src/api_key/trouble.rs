//! What can be wrong with an API key, or with what was sent with one.

use chrono::{DateTime, Utc};

use super::End;
use crate::error::{Error, Rule};
use crate::message;
use crate::message::Message;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// None was sent.
    Missing,
    /// Nobody here has such a key.
    Unknown,
    /// It is over.
    Over(End),
    /// Whoever made it is no active member of its team any more, or the team has gone.
    Orphaned,
    /// The team has as many as it may.
    Most {
        /// How many that are.
        most: u32,
    },
    /// Its secret was shown already.
    Shown,
    /// It has made as many requests as it may in a minute.
    Rate {
        /// How many that are.
        limit: u32,
        /// When the next minute begins.
        until: DateTime<Utc>,
    },
    /// The same `Idempotency-Key` came with another request before.
    OtherRequest,
}

impl Trouble {
    /// The stable name of it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "KEY-MISSING",
            Self::Unknown => "KEY-UNKNOWN",
            Self::Over(End::Revoked) => "KEY-REVOKED",
            Self::Over(End::Expired) => "KEY-EXPIRED",
            Self::Orphaned => "KEY-ORPHANED",
            Self::Most { .. } => "KEY-LIMIT",
            Self::Shown => "KEY-SHOWN",
            Self::Rate { .. } => "RATE",
            Self::OtherRequest => "IDEMPOTENCY",
        }
    }

    /// What happened and what to do.
    pub fn message(self) -> Message {
        match self {
            Self::Missing => message!("api-key-missing"),
            Self::Unknown => message!("api-key-unknown"),
            Self::Over(End::Revoked) => message!("api-key-revoked"),
            Self::Over(End::Expired) => message!("api-key-expired"),
            Self::Orphaned => message!("api-key-orphaned"),
            Self::Most { most } => message!("api-key-most", most = most),
            Self::Shown => message!("api-key-shown"),
            Self::Rate { limit, until } => message!("api-rate", limit = limit, until = until),
            Self::OtherRequest => message!("api-other-request"),
        }
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Rule::ApiKey(trouble).into()
    }
}
