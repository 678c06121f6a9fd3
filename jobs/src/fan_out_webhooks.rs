//! Makes messages to a team's webhooks of what is new in its log, each with a job of its own.

use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::webhook;

use crate::context::Context;
use crate::outcome::Outcome;

/// Some entries after the other, each in a transaction of their own, so that nobody waits long.
pub(crate) async fn run(context: &Context, team: TeamId) -> Result<Outcome, Error> {
    loop {
        let mut tx = context.db.write().await?;
        let more = webhook::fan_out(&mut tx, &context.env, team).await?;
        tx.commit().await?;
        if !more {
            return Ok(Outcome::Ok);
        }
    }
}
