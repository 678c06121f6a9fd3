//! Looks at the channels in which teams announce, and asks for a message where something is new.

use muster_core::announcement;
use muster_core::error::Error;

use crate::context::Context;
use crate::outcome::Outcome;

/// How many channels are listed at a time.
const AT_ONCE: i64 = 100;

/// Each channel in a transaction of its own.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut after = None;
    loop {
        let behind = announcement::behind(&mut context.db.read().await?, after, AT_ONCE).await?;
        let Some(last) = behind.last() else {
            return Ok(Outcome::Ok);
        };
        after = Some(*last);
        for (team, guild) in behind {
            let mut tx = context.db.write().await?;
            announcement::look(&mut tx, &context.env, team, guild).await?;
            tx.commit().await?;
        }
    }
}
