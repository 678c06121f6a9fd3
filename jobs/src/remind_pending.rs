//! Reminds people of invitations that end soon.

use std::time::Duration;

use muster_core::error::Error;
use muster_core::invitation::reminder::{self, Part, Reached};

use crate::context::Context;
use crate::outcome::Outcome;

/// After so many reminders the job makes room and goes on later: one run may not take for ever. What it did stays done.
const AT_ONCE: usize = 2000;

/// Team after team, each in a transaction of its own, so that nobody waits long. A round that is broken off and begun
/// again reminds nobody twice: the invitation's row knows.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut next = Some(Reached::beginning(&context.env));
    let mut reminded = 0;
    while let Some(after) = next {
        if reminded >= AT_ONCE {
            return Ok(Outcome::RetryIn(
                Duration::ZERO,
                "there are more to remind".to_owned(),
            ));
        }
        let mut tx = context.db.read().await?;
        let Part { of_teams, reached } = reminder::due(&mut tx, &context.env, after).await?;
        drop(tx);
        for (team, due) in of_teams {
            let mut tx = context.db.write().await?;
            reminded += reminder::remind(&mut tx, &context.env, team, &due).await?;
            tx.commit().await?;
        }
        next = reached;
    }
    Ok(Outcome::Ok)
}
