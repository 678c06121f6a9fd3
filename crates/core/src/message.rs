//! What is to be said to somebody, before it is known in which language.
//!
//! Core names a phrase and what is filled in; the phrases themselves, in every language, are above it. So a refusal is
//! data until a front door shows it.

use chrono::{DateTime, Utc};

/// A phrase by its id, and what is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which phrase.
    pub id: &'static str,
    /// What is filled in, by name.
    pub args: Vec<(&'static str, Arg)>,
}

/// What is filled into a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A name or other text of people's own. Whoever shows it escapes it.
    Text(String),
    /// A word of ours that chooses between the variants of a phrase. Nobody sees it.
    Word(String),
    /// A number, which may choose between one and many.
    Number(i64),
    /// A moment, which each front door writes in its way.
    Time(DateTime<Utc>),
    /// Names, all of which are meant: `Owners and Moderators`.
    All(Vec<String>),
    /// Names, one of which is meant: `Pro or Business`.
    OneOf(Vec<String>),
    /// A phrase of its own.
    Phrase(Message),
}

impl Message {
    /// Words that somebody has written themselves: the same in every language.
    pub fn own(words: impl Into<String>) -> Self {
        Self {
            id: "own-words",
            args: vec![("words", Arg::Text(words.into()))],
        }
    }
}

/// For logs: people are shown the phrase.
impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Arg {
    /// A word of ours that chooses between the variants of a phrase.
    pub fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }
}

impl From<DateTime<Utc>> for Arg {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Time(at)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Phrase(message)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A [`Message`]: `message!("cooldown", until = until)`.
#[macro_export]
macro_rules! message {
    ($id:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::Message {
            id: $id,
            args: vec![$((stringify!($name), $crate::message::Arg::from($value))),*],
        }
    };
}
