//! Sends the scheduled invitations whose turn has come.

use std::time::{Duration, Instant};

use muster_core::activity::Surface;
use muster_core::error::Error;
use muster_core::invitation::scheduled::{self, PART};

use crate::context::Context;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// After so many the job makes room and goes on later: one run may not take for ever. What it did stays done.
const AT_ONCE: usize = 1000;

/// Round after round, each team with room in its hour gets one part, in a transaction of its own: however many one team
/// has, no other waits for more than a part of them. Whoever is left is tried a minute later.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let (mut decided, mut pace) = (0, Pace::new(PART));
    loop {
        let (mut after, mut more) = (None, false);
        loop {
            let mut tx = context.db.read().await?;
            let next = scheduled::next_team(&mut tx, &context.env, after).await?;
            drop(tx);
            let Some(team) = next else { break };
            after = Some(team);
            if decided >= AT_ONCE {
                return Ok(Outcome::RetryIn(
                    Duration::ZERO,
                    "there are more to send".to_owned(),
                ));
            }
            let mut tx = context.db.write().await?;
            let (env, began) = (&context.env, Instant::now());
            let part = match scheduled::send_part(&mut tx, env, team, None, Surface::Job, pace.rows()).await {
                // Deleted a moment ago.
                Err(Error::NotFound(_)) => continue,
                part => part?,
            };
            tx.commit().await?;
            pace.took(began.elapsed());
            let (sent, refused) = (part.sent.len(), part.refused.len());
            if sent + refused > 0 {
                tracing::info!(team.id = %team, sent, refused, "sent scheduled invitations");
            }
            decided += sent + refused;
            more |= part.more;
        }
        if !more {
            return Ok(Outcome::Ok);
        }
    }
}
