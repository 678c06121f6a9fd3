//! Hands one mail to the mail server.
//!
//! The mail's row is claimed first, so that no two workers send it; the claim is a lease that is renewed while the mail
//! server takes its time, with no transaction open meanwhile. When the server has said yes, that is written down at once. A
//! process that dies in between sends the same mail again: same link, same Message-ID.

use std::time::Duration;

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use muster_core::email::{self, Claim, Fate, Outgoing, Refusal};
use muster_core::error::Error;
use muster_core::ids::EmailId;
use url::Url;

use crate::context::{Context, Run};
use crate::failpoint::failpoint;
use crate::mailer::{Accepted, Letter};
use crate::outcome::Outcome;

/// How often the claim on a mail is renewed: well within [`email::LEASE`].
const RENEW_EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn run(run: &Run, id: EmailId) -> Result<Outcome, Error> {
    let context = &run.context;
    let mut tx = context.db.write().await?;
    let claim = email::claim(&mut tx, &context.env, id).await?;
    tx.commit().await?;
    let mail = match claim {
        Claim::Ours(mail) => mail,
        Claim::Settled => return Ok(Outcome::Ok),
        Claim::NotBefore(at) => {
            let wait = (at - context.env.now()).to_std().unwrap_or(Duration::ZERO);
            return Ok(Outcome::RetryIn(
                wait,
                "the mail is not due yet, or another worker sends it".to_owned(),
            ));
        }
    };
    failpoint!("mail_claimed", mail.id);

    let letter = letter(context, &mail).map_err(Error::internal)?;
    let answer = tokio::select! {
        answer = context.mailer.send(&letter) => answer,
        () = lost(context, &mail) => {
            return Ok(Outcome::RetryIn(Duration::ZERO, "another worker took the mail over".to_owned()));
        }
    };
    match answer {
        Ok(accepted) => {
            failpoint!("mail_accepted", mail.id);
            record(context, &mail, &accepted).await?;
            failpoint!("mail_recorded", mail.id);
            tracing::info!(email.id = %mail.id, code = accepted.code, "mail sent");
            Ok(Outcome::Ok)
        }
        Err(refusal) => refused(run, &mail, &refusal).await,
    }
}

/// Renews the claim again and again; ends when it is lost. A database that is away for a moment is no reason to stop a
/// mail that is half sent.
async fn lost(context: &Context, mail: &Outgoing) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        match renew(context, mail).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(email.id = %mail.id, %error, "the claim on a mail could not be renewed");
            }
        }
    }
}

async fn renew(context: &Context, mail: &Outgoing) -> Result<bool, Error> {
    let mut tx = context.db.write().await?;
    let ours = email::renew(&mut tx, &context.env, mail.id, mail.attempt).await?;
    tx.commit().await?;
    Ok(ours)
}

/// Writes down that the mail server has the mail. While the database cannot be reached this is tried again, until the
/// dispatcher's time is up: nothing else keeps the mail from being sent twice.
async fn record(context: &Context, mail: &Outgoing, accepted: &Accepted) -> Result<(), Error> {
    loop {
        match try_record(context, mail, accepted).await {
            Err(Error::Internal(fault)) if fault.is_unavailable() => {
                tracing::warn!(email.id = %mail.id, error = %fault, "a sent mail could not be recorded, trying again");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            other => return other,
        }
    }
}

async fn try_record(context: &Context, mail: &Outgoing, accepted: &Accepted) -> Result<(), Error> {
    let mut tx = context.db.write().await?;
    email::sent(&mut tx, &context.env, mail.id, accepted.code, &accepted.text).await?;
    failpoint!("mail_recording", mail.id);
    tx.commit().await
}

/// Writes down why the mail was not taken; the row and the job are due again at the same time.
async fn refused(run: &Run, mail: &Outgoing, refusal: &Refusal) -> Result<Outcome, Error> {
    let context = &run.context;
    let pause = run.pause(u32::try_from(mail.attempt).unwrap_or(u32::MAX));
    let delta = TimeDelta::from_std(pause).map_err(Error::internal)?;
    let mut tx = context.db.write().await?;
    let fate = email::not_sent(&mut tx, &context.env, mail.id, mail.attempt, refusal, delta).await?;
    tx.commit().await?;
    // The server's words may hold the address: they are in the mail's row, for those who may see it.
    let reason = refusal.code.map_or_else(
        || "the mail server could not be reached or did not finish".to_owned(),
        |code| format!("the mail server answered {code}"),
    );
    Ok(match fate {
        Fate::RetryAt(_) => Outcome::RetryIn(pause, reason),
        Fate::Failed => Outcome::Discard(reason),
    })
}

/// What the two parts of the mail say.
struct Words<'a> {
    mail: &'a Outgoing,
    link: String,
    expires: String,
}

#[derive(Template)]
#[template(path = "invitation.txt")]
struct TextPart<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct HtmlPart<'a> {
    words: &'a Words<'a>,
}

fn letter(context: &Context, mail: &Outgoing) -> Result<Letter, askama::Error> {
    let words = Words {
        mail,
        link: link(&context.public_url, &mail.token),
        expires: in_words(mail.expires_at),
    };
    Ok(Letter {
        to: mail.to.clone(),
        message_id: mail.message_id.clone(),
        date: context.env.now(),
        subject: format!("{} invited you to {}", mail.inviter, mail.team),
        text: TextPart { words: &words }.render()?,
        html: HtmlPart { words: &words }.render()?,
    })
}

fn link(public_url: &Url, token: &str) -> String {
    format!("{}/i/{token}", public_url.as_str().trim_end_matches('/'))
}

fn in_words(at: DateTime<Utc>) -> String {
    at.format("%A, %-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_public_address_with_or_without_a_slash() {
        for url in ["https://muster.example", "https://muster.example/"] {
            assert_eq!(link(&url.parse().unwrap(), "abc"), "https://muster.example/i/abc");
        }
        assert_eq!(
            link(&"https://a.example/muster/".parse().unwrap(), "abc"),
            "https://a.example/muster/i/abc"
        );
    }

    #[test]
    fn a_time_is_written_in_words() {
        assert_eq!(
            in_words("2026-11-29T09:05:00Z".parse().unwrap()),
            "Sunday, 29 November 2026, 09:05 UTC"
        );
    }
}
