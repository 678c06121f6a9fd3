//! Cuts off what is older than teams keep their logs.

use std::time::Instant;

use muster_core::activity;
use muster_core::error::Error;

use crate::context::Context;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// How many teams are listed at a time.
const AT_ONCE: i64 = 100;
/// How many entries one transaction cuts at most.
const MOST: usize = 1000;

/// Team after team and batch after batch, each in a transaction of its own, so that nobody waits long.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut pace = Pace::new(MOST);
    let mut after = None;
    loop {
        let teams = activity::due_for_cut(&mut context.db.read().await?, after, AT_ONCE).await?;
        let Some(last) = teams.last() else {
            return Ok(Outcome::Ok);
        };
        after = Some(*last);
        for team in teams {
            loop {
                let mut tx = context.db.write().await?;
                let began = Instant::now();
                let rows = i64::try_from(pace.rows()).map_err(Error::internal)?;
                let gone = activity::cut(&mut tx, &context.env, team, rows).await?;
                tx.commit().await?;
                pace.took(began.elapsed());
                if gone == 0 {
                    break;
                }
            }
        }
    }
}
