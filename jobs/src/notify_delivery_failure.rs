//! Tells an inviter that their invitation could not be delivered: by mail, and by a direct message of the bot's.
//!
//! The mail is asked for once, whatever happens; the message carries a key by which Discord recognises a repetition.

use muster_core::email::failure::{self, Failure};
use muster_core::error::Error;
use muster_core::ids::EmailId;
use muster_phrases::say;

use crate::context::Context;
use crate::discord::{Note, Written, cut, plain};
use crate::outcome::Outcome;

pub(crate) async fn run(context: &Context, email: EmailId) -> Result<Outcome, Error> {
    let mut tx = context.db.write().await?;
    let Some(failure) = failure::read(&mut tx, context.env.now(), email).await? else {
        return Ok(Outcome::Ok);
    };
    failure::mail_inviter(&mut tx, &context.env, &failure).await?;
    tx.commit().await?;

    let (Some(discord), Some(user)) = (&context.discord, failure.discord_user) else {
        return Ok(Outcome::Ok);
    };
    Ok(match discord.write(user, email, &note(&failure)).await {
        Written::Yes => {
            tracing::info!(email.id = %email, "told the inviter in Discord that a mail failed");
            Outcome::Ok
        }
        Written::Never => Outcome::Ok,
        Written::Refused(reason) => Outcome::Discard(reason),
        Written::NotNow(reason) => Outcome::Retry(reason),
    })
}

/// The message. It stays in a conversation, so addresses in it are masked.
fn note(failure: &Failure) -> Note {
    let locale = failure.locale;
    let why = match failure.code {
        Some(_) => "undelivered-said",
        None => "undelivered-why",
    };
    Note {
        author: failure.team.clone(),
        title: say(locale, "undelivered-title", &[]),
        text: say(
            locale,
            "undelivered-text",
            &[
                ("address", plain(&failure.address.masked()).into()),
                ("role", plain(&failure.role).into()),
            ],
        ),
        field: (say(locale, why, &[]), plain(&cut(&failure.masked_reply(), 200))),
        code: "UNDELIVERED",
    }
}
