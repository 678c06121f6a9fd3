//! Tells somebody that not all of the invitations they scheduled could be sent: once a file, by a direct message of the
//! bot's. It names nobody, so it may be read by somebody who has left the team meanwhile.

use muster_core::error::Error;
use muster_core::ids::BatchId;
use muster_core::invitation::scheduled::{self, Unsent};
use muster_phrases::say;

use crate::context::Context;
use crate::discord::{Note, Written};
use crate::outcome::Outcome;

pub(crate) async fn run(context: &Context, batch: BatchId) -> Result<Outcome, Error> {
    let mut tx = context.db.read().await?;
    let unsent = scheduled::unsent(&mut tx, batch).await?;
    drop(tx);
    let Some(unsent) = unsent else {
        return Ok(Outcome::Ok);
    };
    let (Some(discord), Some(user)) = (&context.discord, unsent.discord_user) else {
        return Ok(Outcome::Ok);
    };
    Ok(match discord.write(user, batch, &note(&unsent)).await {
        Written::Yes => {
            tracing::info!(batch.id = %batch, "told somebody in Discord that not all of a file were invited");
            Outcome::Ok
        }
        Written::Never => Outcome::Ok,
        Written::Refused(reason) => Outcome::Discard(reason),
        Written::NotNow(reason) => Outcome::Retry(reason),
    })
}

fn note(unsent: &Unsent) -> Note {
    let locale = unsent.locale;
    let number: u64 = unsent.refused.iter().map(|(_, many)| many).sum();
    let why = unsent.refused.iter().map(|(reason, many)| {
        let reason = say!(locale, "bulk-reason", reason = reason.as_str());
        format!("{many} × {reason}")
    });
    Note {
        author: unsent.team.clone(),
        title: say!(locale, "bulk-unsent-title", number = number),
        text: say!(locale, "bulk-unsent-text", number = number, of = unsent.of),
        field: (
            say!(locale, "bulk-unsent-why"),
            why.collect::<Vec<_>>().join("\n"),
        ),
        code: "UNSENT",
    }
}
