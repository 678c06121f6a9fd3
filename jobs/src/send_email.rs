//! Hands one mail to the mail server.
//!
//! The mail's row is claimed first, so that no two workers send it; the claim is a lease that is renewed while the mail
//! server takes its time, with no transaction open meanwhile. When the server has said yes, that is written down at once. A
//! process that dies in between sends the same mail again: same link, same Message-ID.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use muster_core::email::content::{self, Content};
use muster_core::email::delivery::{self, Claim, Claimed, Fate, Refusal};
use muster_core::error::Error;
use muster_core::ids::EmailId;

use crate::context::{Context, Engaged, Run};
use crate::failpoint::failpoint;
use crate::ledger::Note;
use crate::letter::letter;
use crate::metrics::MailOutcome;
use crate::outcome::Outcome;

/// How often the claim on a mail is renewed: well within [`delivery::LEASE`].
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// How long a mail waits whose team has others that the mail server is slow with.
const LET_OTHERS_GO: Duration = Duration::from_secs(5);

pub(crate) async fn run(run: &Run, id: EmailId) -> Result<Outcome, Error> {
    let Engaged {
        context,
        ledger,
        slow,
        ..
    } = &run.engaged;
    let mail = match ledger.claim(id).await.map_err(Error::internal)? {
        Claim::Ours(mail) => mail,
        Claim::Settled => return Ok(Outcome::Ok),
        Claim::NotBefore(at) => {
            let wait = (at - context.env.now()).to_std().unwrap_or(Duration::ZERO);
            return Ok(Outcome::RetryIn(
                wait,
                "the mail is not due yet, or another worker sends it".to_owned(),
            ));
        }
        Claim::Exhausted => return give_up(context, id).await,
    };
    failpoint!("mail_claimed", mail.id);

    if slow.crowded(mail.team_id) {
        let pause = TimeDelta::from_std(LET_OTHERS_GO).map_err(Error::internal)?;
        return Ok(Outcome::Noted(Note::PutBack(mail, pause)));
    }
    let Some(words) = read(context, &mail).await? else {
        return Ok(Outcome::Noted(Note::Cancelled(mail)));
    };
    let letter = letter(&context.public_url, context.env.now(), &mail, &words).map_err(Error::internal)?;
    failpoint!("mail_written", letter.text);
    let began = Instant::now();
    let answer = tokio::select! {
        answer = context.mailer.send(&letter) => answer,
        () = lost(context, &mail) => {
            return Ok(Outcome::RetryIn(Duration::ZERO, "another worker took the mail over".to_owned()));
        }
        () = slow.watch(mail.team_id, &run.slot) => unreachable!("watching does not end"),
    };
    let took = began.elapsed();
    match answer {
        Ok(accepted) => {
            failpoint!("mail_accepted", mail.id);
            context.metrics.mail(mail.kind, MailOutcome::Sent, took);
            tracing::info!(email.id = %mail.id, code = accepted.code, "the mail server took the mail");
            Ok(Outcome::Noted(Note::Sent(mail, accepted)))
        }
        Err(refusal) => refused(run, &mail, &refusal, took).await,
    }
}

/// What the mail says at this moment, if it is still wanted.
async fn read(context: &Context, mail: &Claimed) -> Result<Option<Content>, Error> {
    let mut tx = context.db.read().await?;
    let words = content::content(&mut tx, &context.env, mail).await?;
    drop(tx);
    if words.as_ref().is_some_and(|words| !words.link_is_known()) {
        let mut tx = context.db.write().await?;
        content::note_link(&mut tx, &context.env, mail).await?;
        tx.commit().await?;
    }
    Ok(words)
}

async fn give_up(context: &Context, id: EmailId) -> Result<Outcome, Error> {
    let mut tx = context.db.write().await?;
    delivery::give_up(&mut tx, &context.env, id).await?;
    tx.commit().await?;
    Ok(Outcome::Discard("no try of the mail came to its end".to_owned()))
}

/// Renews the claim again and again; ends when it is lost. A database that is away for a moment is no reason to stop a
/// mail that is half sent.
async fn lost(context: &Context, mail: &Claimed) {
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

async fn renew(context: &Context, mail: &Claimed) -> Result<bool, Error> {
    let mut tx = context.db.write().await?;
    let ours = delivery::renew(&mut tx, &context.env, mail).await?;
    tx.commit().await?;
    Ok(ours)
}

/// Writes down why the mail was not taken; the row and the job are due again at the same time.
async fn refused(run: &Run, mail: &Claimed, refusal: &Refusal, took: Duration) -> Result<Outcome, Error> {
    let context = &run.engaged.context;
    let pause = run
        .engaged
        .pause(u32::try_from(mail.attempts).unwrap_or(u32::MAX));
    let delta = TimeDelta::from_std(pause).map_err(Error::internal)?;
    let mut tx = context.db.write().await?;
    let fate = delivery::not_sent(&mut tx, &context.env, mail, refusal, delta).await?;
    tx.commit().await?;
    let outcome = match fate {
        Fate::RetryAt(_) => MailOutcome::Deferred,
        Fate::Failed => MailOutcome::Failed,
    };
    context.metrics.mail(mail.kind, outcome, took);
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
