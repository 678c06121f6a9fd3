//! Adding somebody to a server, by the token that Discord gave us for them: done by the bot, once, after they confirmed.

use muster_core::discord_link::DiscordUser;
use muster_core::ids::GuildId;
use serde::Deserialize;
use serde_json::json;

use super::{DiscordOAuth, ask};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// They are in.
    Yes,
    /// They were in before.
    Already,
    /// The server has banned them.
    Banned,
    /// The bot may not invite there.
    NotAllowed,
    /// The server takes nobody more.
    Full,
    /// They are in as many servers as Discord allows.
    TooMany,
    /// Discord says no for another reason.
    Refused,
    /// Discord did not answer, or not now.
    Away,
}

impl Joined {
    const ALL: [Self; 8] = [
        Self::Yes,
        Self::Already,
        Self::Banned,
        Self::NotAllowed,
        Self::Full,
        Self::TooMany,
        Self::Refused,
        Self::Away,
    ];

    /// Its name in the address of the page that follows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "joined",
            Self::Already => "already",
            Self::Banned => "banned",
            Self::NotAllowed => "not-allowed",
            Self::Full => "full",
            Self::TooMany => "too-many",
            Self::Refused => "refused",
            Self::Away => "away",
        }
    }

    /// What has this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Whether they are in the server now.
    pub fn is_in(self) -> bool {
        matches!(self, Self::Yes | Self::Already)
    }

    /// What the page says.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Yes => "You are in your team’s server now.",
            Self::Already => "You were in your team’s server already.",
            Self::Banned => {
                "You were not added to your team’s server: it has banned this Discord account. Somebody who runs the server can \
                 lift that."
            }
            Self::NotAllowed => {
                "You were not added to your team’s server: Muster’s bot lacks the permission Create Invite there. Ask somebody of \
                 your team for an invite."
            }
            Self::Full => "You were not added to your team’s server: it takes no more members.",
            Self::TooMany => {
                "You were not added to your team’s server: you are in as many servers as Discord allows. Leave one, then ask \
                 somebody of your team for an invite."
            }
            Self::Refused => {
                "You were not added to your team’s server: Discord refused. Ask somebody of your team for an invite."
            }
            Self::Away => {
                "You were not added to your team’s server: Discord did not answer. Ask somebody of your team for an invite."
            }
        }
    }

    /// What an answer of Discord's means.
    fn of(status: u16, code: u64) -> Self {
        match (status, code) {
            (201, _) => Self::Yes,
            (204, _) => Self::Already,
            (_, 40_007) => Self::Banned,
            (_, 50_013) => Self::NotAllowed,
            (_, 30_019) => Self::Full,
            (_, 30_001) => Self::TooMany,
            (429 | 500.., _) => Self::Away,
            _ => Self::Refused,
        }
    }
}

/// Discord's error object, as far as it matters here.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u64,
}

impl DiscordOAuth {
    /// With the bot, which adds people to servers.
    #[must_use]
    pub fn with_bot(mut self, token: Option<String>) -> Self {
        self.bot = token;
        self
    }

    /// Whether people can be added to servers.
    pub fn adds_to_servers(&self) -> bool {
        self.bot.is_some()
    }

    /// Adds somebody to a server by their token, which is forgotten afterwards.
    pub async fn join(&self, guild: GuildId, user: &DiscordUser, token: &str) -> Joined {
        let Some(bot) = &self.bot else {
            return Joined::Refused;
        };
        let request = self
            .url(&format!("/api/v10/guilds/{guild}/members/{}", user.id))
            .ok()
            .and_then(|url| {
                http::Request::put(url.as_str())
                    .header(http::header::AUTHORIZATION, format!("Bot {bot}"))
                    .header(http::header::CONTENT_TYPE, "application/json")
                    .body(json!({ "access_token": token }).to_string().into_bytes())
                    .ok()
            });
        let Some(request) = request else {
            return Joined::Refused;
        };
        let answer = match ask(self.http.clone(), request).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!("adding somebody to a server: {error}");
                return Joined::Away;
            }
        };
        let status = answer.status().as_u16();
        let refusal: Refusal = serde_json::from_slice(answer.body()).unwrap_or_default();
        let joined = Joined::of(status, refusal.code);
        if !joined.is_in() {
            tracing::warn!(guild.id = %guild, status, code = refusal.code, "somebody was not added to a server");
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_discords_has_words_of_its_own() {
        for (status, code, joined) in [
            (201, 0, Joined::Yes),
            (204, 0, Joined::Already),
            (403, 40_007, Joined::Banned),
            (403, 50_013, Joined::NotAllowed),
            (400, 30_019, Joined::Full),
            (400, 30_001, Joined::TooMany),
            (403, 50_025, Joined::Refused),
            (404, 10_004, Joined::Refused),
            (401, 0, Joined::Refused),
            (429, 0, Joined::Away),
            (503, 0, Joined::Away),
        ] {
            assert_eq!(Joined::of(status, code), joined, "{status} {code}");
        }
        for one in Joined::ALL {
            assert_eq!(Joined::parse(one.word()), Some(one));
        }
        assert_eq!(Joined::parse("anything"), None);
    }
}
