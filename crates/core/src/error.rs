//! The four ways in which something cannot be done, and which phrase tells people about each.
//!
//! A front door shows [`Error::message`] in the reader's language and offers what helps, chosen by [`Error::code`]. Only
//! `Internal` hides what happened: it is logged once, at the edge, under an incident id.

mod rule;

pub use rule::Rule;

use crate::message;
use crate::message::{Arg, Message};

/// Why something was not done. Whatever the kind, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the product or of the team stands against it.
    #[error("{0}")]
    Rule(#[from] Rule),
    /// The caller's role does not allow it: the sentence says what would.
    #[error("NEED-ROLE: {0}")]
    Denied(Message),
    /// It does not exist, or the caller may not know that it does.
    #[error("NOT-FOUND: {0}")]
    NotFound(&'static str),
    /// Our own fault or the machine's.
    #[error("{0}")]
    Internal(#[from] Internal),
}

/// A fault that people see as an incident id only.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct Internal {
    source: Box<dyn std::error::Error + Send + Sync>,
    unavailable: bool,
}

impl Internal {
    /// Whether trying again in a moment makes sense: the database is away, busy or ended our transaction.
    pub fn is_unavailable(&self) -> bool {
        self.unavailable
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // PostgreSQL: connection (08), too many (53), ended by an operator (57), rolled back (40), lock timeout (55P03).
            // SQLite: busy (5), disk full (13), I/O error (10 and its extended codes).
            sqlx::Error::Database(db) => db.code().is_some_and(|code| {
                ["08", "53", "57", "40"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class))
                    || ["55P03", "5", "13", "10"].contains(&code.as_ref())
                    || code.parse::<u32>().is_ok_and(|code| code.to_le_bytes()[0] == 10)
            }),
            _ => false,
        };
        Internal {
            source: Box::new(error),
            unavailable,
        }
        .into()
    }
}

impl Error {
    /// A fault that is neither the caller's nor the database's.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Internal {
            source: source.into(),
            unavailable: false,
        }
        .into()
    }

    /// The stable name of the refusal, as shown to people and matched by programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.code(),
            Self::Denied(_) => "NEED-ROLE",
            Self::NotFound(_) => "NOT-FOUND",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// What people are told. Internal faults say nothing of themselves.
    pub fn message(&self) -> Message {
        match self {
            Self::Rule(rule) => rule.message(),
            Self::Denied(message) => message.clone(),
            Self::NotFound(what) => message!("not-found", what = Arg::word(what.replace(' ', "-"))),
            Self::Internal(fault) if fault.unavailable => message!("unavailable"),
            Self::Internal(_) => message!("internal"),
        }
    }
}
