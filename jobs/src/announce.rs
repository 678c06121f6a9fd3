//! Says in a channel what changed in a team: one line for each change, in the team's language, and nobody is pinged.

use muster_core::activity::{Entry, Kind};
use muster_core::announcement::{self, News};
use muster_core::error::Error;
use muster_core::ids::{GuildId, TeamId};
use muster_core::policy::RoleKey;
use muster_phrases::say;

use crate::context::Context;
use crate::discord::{Notice, Written, cut, key_of, plain};
use crate::notify_alert::word;
use crate::outcome::Outcome;

pub(crate) async fn run(
    context: &Context,
    team: TeamId,
    guild: GuildId,
    through: i64,
) -> Result<Outcome, Error> {
    let mut tx = context.db.read().await?;
    let news = announcement::news(&mut tx, team, guild, through).await?;
    drop(tx);
    let Some(news) = news else {
        return Ok(Outcome::Ok);
    };
    let written = match &context.discord {
        Some(discord) if !news.entries.is_empty() => {
            let notice = Notice {
                author: news.team.clone(),
                text: lines(&news),
            };
            discord
                .post(
                    news.channel,
                    &key_of(format!("{team} {guild} {through}")),
                    &notice,
                )
                .await
        }
        // Nobody wants to be named, or there is no bot.
        _ => Written::Yes,
    };
    let mut tx = context.db.write().await?;
    let outcome = match written {
        Written::Yes => {
            announcement::said(&mut tx, team, guild, through).await?;
            Outcome::Ok
        }
        Written::Never => {
            tracing::info!(team.id = %team, "Discord does not take a team's announcements any more");
            announcement::refused(&mut tx, &context.env, team, guild, through).await?;
            Outcome::Ok
        }
        Written::Refused(reason) => return Ok(Outcome::Discard(reason)),
        Written::NotNow(reason) => return Ok(Outcome::Retry(reason)),
    };
    tx.commit().await?;
    Ok(outcome)
}

fn lines(news: &News) -> String {
    let lines: Vec<String> = news
        .entries
        .iter()
        .map(|entry| format!("• {}", line(news, entry)))
        .collect();
    cut(&lines.join("\n"), 4000)
}

/// One change. Who decided on it is not said, only whom it is about.
fn line(news: &News, entry: &Entry) -> String {
    let role = |name: &str| {
        let key = entry.detail(name).and_then(|key| RoleKey::parse(&key).ok());
        plain(&key.map_or_else(|| "?".to_owned(), |key| news.policy.role_name(&key)))
    };
    let name = |name: &str| format!("**{}**", plain(&cut(name, 64)));
    let (locale, kind) = (news.locale, word(entry.kind));
    match entry.kind {
        Kind::RoleChanged => say!(
            locale,
            "announce-role",
            who = name(&entry.subject),
            from = role("from"),
            to = role("to"),
        ),
        Kind::PlanChanged => say!(
            locale,
            "announce-plan",
            to = plain(&entry.detail("to").unwrap_or_else(|| "none".to_owned())),
        ),
        _ => say!(
            locale,
            "announce-line",
            kind = kind.as_str(),
            who = name(match entry.kind {
                Kind::InvitationAccepted | Kind::MemberJoinedByLink | Kind::MemberLeft => &entry.actor_name,
                _ => &entry.subject,
            }),
            role = role("role"),
        ),
    }
}
