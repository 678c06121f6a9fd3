//! `/help`: what to do, topic by topic, and whether this server is set up for it.

use std::str::FromStr;

use muster_core::error::{Error, Rule};
use muster_core::guild;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::caller::Caller;
use super::card::Card;
use super::complete::completed;
use super::error::{Fault, not_offered};
use super::{Context, Desk, answer, words};

/// What there is help about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// How to begin.
    Start,
    /// Inviting people.
    Inviting,
    /// Roles and members.
    Roles,
    /// Linking a Discord user.
    Linking,
    /// What is stored, and what becomes of it.
    Privacy,
    /// When something does not work.
    Problems,
}

impl Topic {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Start,
        Self::Inviting,
        Self::Roles,
        Self::Linking,
        Self::Privacy,
        Self::Problems,
    ];

    /// Its name, as it is chosen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Inviting => "inviting",
            Self::Roles => "roles",
            Self::Linking => "linking",
            Self::Privacy => "privacy",
            Self::Problems => "problems",
        }
    }
}

impl FromStr for Topic {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let text = text.trim().to_lowercase();
        let found = Self::ALL.into_iter().find(|topic| topic.as_str() == text);
        found.ok_or_else(|| not_offered("what-topic"))
    }
}

/// How well a server is set up, as far as the bot knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Whether the bot may see this channel and write in it; nothing outside of servers.
    pub writes_here: Option<bool>,
    /// Whether commands mean a team here without naming one.
    pub has_team: bool,
    /// Whether people can link.
    pub linking: bool,
    /// Whether mails leave.
    pub mail: bool,
}

/// What Muster does, and what to do when it does not
#[poise::command(slash_command)]
pub(super) async fn help(
    ctx: Context<'_>,
    #[autocomplete = "complete_topic"] topic: Option<String>,
) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    answer::command(ctx, ctx.data().help(&caller, topic.as_deref())).await
}

#[expect(clippy::unused_async, reason = "poise calls every completion with await")]
async fn complete_topic(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let locale = answer::caller(ctx).locale;
    let typed = typed.to_lowercase();
    let choices = Topic::ALL
        .into_iter()
        .map(|topic| (words::help::name(locale, topic), topic.as_str()))
        .filter(|(name, word)| name.to_lowercase().starts_with(&typed) || word.starts_with(&typed))
        .map(|(name, word)| AutocompleteChoice::new(name, word))
        .collect();
    completed(Ok(choices))
}

impl Desk {
    /// Help about a topic, the first one if none is named. It needs no account.
    pub async fn help(&self, caller: &Caller, topic: Option<&str>) -> Result<Card, Error> {
        let topic = topic.map_or(Ok(Topic::Start), str::parse)?;
        let mut tx = self.db.read().await?;
        let has_team = match caller.guild {
            Some(guild) => guild::preferred(&mut tx, guild).await?.is_some(),
            None => false,
        };
        let health = Health {
            writes_here: caller.bot_writes,
            has_team,
            linking: self.linking,
            mail: self.mail,
        };
        Ok(words::help::topic(caller.locale, topic, health))
    }
}
