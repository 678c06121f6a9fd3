//! Tells somebody of an entry of their team's log that they have to know at once, by a direct message of the bot's. The
//! mail about it was asked for together with the entry.

use muster_core::activity::Kind;
use muster_core::alert::{self, Alert};
use muster_core::error::Error;
use muster_core::ids::{AccountId, TeamId};
use muster_phrases::{moment, say};

use crate::context::Context;
use crate::discord::{Note, Written, cut, key_of, plain};
use crate::outcome::Outcome;

pub(crate) async fn run(
    context: &Context,
    team: TeamId,
    entry: i64,
    account: AccountId,
) -> Result<Outcome, Error> {
    let mut tx = context.db.read().await?;
    let alert = alert::read(&mut tx, team, entry, account).await?;
    drop(tx);
    let (Some(alert), Some(discord)) = (alert, &context.discord) else {
        return Ok(Outcome::Ok);
    };
    let Some(user) = alert.discord_user else {
        return Ok(Outcome::Ok);
    };
    // One entry is told to each person once.
    let key = key_of(format!("{team} {entry} {account}"));
    Ok(match discord.write(user, key, &note(&alert)).await {
        Written::Yes | Written::Never => Outcome::Ok,
        Written::Refused(reason) => Outcome::Discard(reason),
        Written::NotNow(reason) => Outcome::Retry(reason),
    })
}

fn note(alert: &Alert) -> Note {
    let (locale, kind) = (alert.locale, word(alert.kind));
    let by = plain(&cut(&alert.by, 64));
    let subject = match alert.kind {
        Kind::AnnouncementsStopped => format!("<#{}>", alert.subject),
        _ => plain(&cut(&alert.subject, 80)),
    };
    Note {
        author: alert.team.clone(),
        title: say!(locale, "alert-title", kind = kind.as_str()),
        text: say!(
            locale,
            "alert-text",
            kind = kind.as_str(),
            by = by,
            subject = subject
        ),
        field: (say!(locale, "alert-when"), moment(locale, alert.at)),
        code: "ALERT",
    }
}

/// How the phrases know a kind: its name in the log, with dashes.
pub(crate) fn word(kind: Kind) -> String {
    kind.as_str().replace(['.', '_'], "-")
}
