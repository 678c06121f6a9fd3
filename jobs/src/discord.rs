//! How we reach Discord, and what the bot writes to somebody of its own accord.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use muster_core::env::sha256;
use muster_core::ids::DiscordUserId;
use serenity::all::{
    ChannelId, CreateAllowedMentions, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter, CreateMessage, Http,
    HttpBuilder, HttpError, Nonce, UserId,
};
use url::Url;

/// The colour of what was not done.
pub const COULDNT: u32 = 0x00D5_5E00;

/// The colour of what is neither good nor bad.
const NEUTRAL: u32 = 0x0083_8893;

/// How the bot reaches Discord.
#[derive(Clone)]
pub struct Connection {
    /// The bot's token.
    pub token: String,
    /// What replaces Discord's own address for REST and the gateway look-up: a stand-in.
    pub api_url: Option<Url>,
}

impl Connection {
    /// serenity's client, with the timeouts that it does not set itself.
    pub fn http(&self) -> Result<Http, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .user_agent(concat!("DiscordBot (muster, ", env!("CARGO_PKG_VERSION"), ")"))
            .build()?;
        let builder = HttpBuilder::new(&self.token)
            .client(client)
            .default_allowed_mentions(no_mentions());
        Ok(match &self.api_url {
            // The proxy is ignored while the rate limiter is on.
            Some(url) => builder
                .proxy(url.as_str().trim_end_matches('/'))
                .ratelimiter_disabled(true)
                .build(),
            None => builder.build(),
        })
    }
}

/// Writes direct messages as the bot. Cheap to clone.
#[derive(Clone)]
pub struct Messenger(Arc<Http>);

/// A message to one person, in the form of every reply: what happened, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// The team it is about.
    pub(crate) author: String,
    /// What happened, in at most 60 characters.
    pub(crate) title: String,
    /// What to do, as Markdown.
    pub(crate) text: String,
    /// Why, with its name, as Markdown.
    pub(crate) field: (String, String),
    /// A stable code.
    pub(crate) code: &'static str,
}

/// A message for everybody in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The team it is about.
    pub(crate) author: String,
    /// What is said, as Markdown.
    pub(crate) text: String,
}

/// What came of writing to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// They have it.
    Yes,
    /// They take no messages from us, or are not there; no later try changes that.
    Never,
    /// Discord does not take it, whoever it is for: something is wrong on our side.
    Refused(String),
    /// Not now.
    NotNow(String),
}

impl Messenger {
    /// By the bot's connection.
    pub fn new(connection: &Connection) -> Result<Self, reqwest::Error> {
        Ok(Self(Arc::new(connection.http()?)))
    }

    /// Writes to somebody. `key` makes a repetition recognisable to Discord, which then does not show it again.
    pub(crate) async fn write(&self, to: DiscordUserId, key: impl Display, note: &Note) -> Written {
        let Some(to) = u64::try_from(to.0).ok().filter(|id| *id != 0) else {
            return Written::Never;
        };
        let sent = async {
            let channel = UserId::new(to).create_dm_channel(&*self.0).await?;
            channel
                .send_message(&*self.0, message(&key.to_string(), note))
                .await
        };
        match sent.await {
            Ok(_) => Written::Yes,
            Err(error) => judge(&error),
        }
    }
}

impl Messenger {
    /// Posts in a channel. `key` makes a repetition recognisable to Discord; it has at most 25 characters.
    pub(crate) async fn post(&self, channel: u64, key: &str, notice: &Notice) -> Written {
        let embed = CreateEmbed::new()
            .colour(NEUTRAL)
            .author(CreateEmbedAuthor::new(cut(&notice.author, 256)))
            .description(cut(&notice.text, 4000));
        let message = CreateMessage::new()
            .embed(embed)
            .allowed_mentions(no_mentions())
            .nonce(Nonce::String(key.to_owned()))
            .enforce_nonce(true);
        match ChannelId::new(channel.max(1))
            .send_message(&*self.0, message)
            .await
        {
            Ok(_) => Written::Yes,
            Err(error) => judge(&error),
        }
    }
}

fn message(key: &str, note: &Note) -> CreateMessage {
    let (name, value) = &note.field;
    let embed = CreateEmbed::new()
        .colour(COULDNT)
        .author(CreateEmbedAuthor::new(cut(&note.author, 256)))
        .title(format!("⛔ {}", cut(&note.title, 60)))
        .description(cut(&note.text, 4000))
        .field(cut(name, 256), cut(value, 250), false)
        .footer(CreateEmbedFooter::new(note.code));
    // Discord takes 25 characters, and the first of our 26 is the same for centuries.
    let nonce: String = key.chars().skip(key.len().saturating_sub(25)).collect();
    CreateMessage::new()
        .embed(embed)
        .allowed_mentions(no_mentions())
        .nonce(Nonce::String(nonce))
        .enforce_nonce(true)
}

fn judge(error: &serenity::Error) -> Written {
    let serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
        return Written::NotNow("Discord could not be reached".to_owned());
    };
    let (status, code) = (response.status_code.as_u16(), response.error.code);
    match (status, code) {
        // Too many conversations opened in a short time.
        (_, 40_003) => Written::NotNow(format!("Discord answered {status} with code {code}")),
        // They take no messages, there is no server in common, they are not there or no person.
        // The same of channels: it is gone, or we may not write there.
        (403, _) | (404, 10_003 | 10_013) | (400, 50_033) => Written::Never,
        (429 | 500.., _) => Written::NotNow(format!("Discord answered {status}")),
        _ => Written::Refused(format!("Discord answered {status} with code {code}")),
    }
}

/// What Discord knows a repetition of a message by.
pub(crate) fn key_of(what: impl Display) -> String {
    let hash = sha256(what.to_string().as_bytes());
    let (twelve, _) = hash.split_at(12);
    twelve
        .iter()
        .fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
}

/// Nobody is ever pinged by what Muster says.
pub fn no_mentions() -> CreateAllowedMentions {
    CreateAllowedMentions::new()
}

/// Shortens to at most `limit` characters, showing that something is missing.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

/// Somebody's own words among ours: shown as they are, never as Markdown, links or mentions.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*_~`|<>[](){}#+-!@:".contains(c) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebodys_words_are_never_markdown() {
        assert_eq!(plain("**Ada** <@1> [x](y)"), r"\*\*Ada\*\* \<\@1\> \[x\]\(y\)");
        assert_eq!(plain("Ada Park"), "Ada Park");
    }

    #[test]
    fn long_texts_show_that_they_were_cut() {
        assert_eq!(cut("Remove Ada", 10), "Remove Ada");
        assert_eq!(cut("Remove Ada Park", 10), "Remove Ad…");
    }
}
