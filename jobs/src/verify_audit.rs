//! Checks every team's log, and alarms when one was meddled with.

use muster_core::activity;
use muster_core::error::Error;
use muster_core::team;

use crate::context::Context;
use crate::outcome::Outcome;

/// Reads only. What was found stays among the dead jobs, where the operator looks, until somebody drops it.
pub(crate) async fn run(context: &Context) -> Result<Outcome, Error> {
    let mut tx = context.db.read().await?;
    let teams = team::all_ids(&mut tx).await?;
    drop(tx);
    let mut flaws = 0;
    for team in &teams {
        let mut tx = context.db.read().await?;
        let flaw = activity::verify(&mut tx, &context.env, *team).await?;
        drop(tx);
        match flaw {
            None => {}
            Some(flaw) => {
                flaws += 1;
                let (flaw, entry) = (flaw.as_str(), flaw.entry());
                tracing::error!(team.id = %team, flaw, entry, "the activity log is not as it was written");
            }
        }
    }
    tracing::info!(teams = teams.len(), flaws, "checked the activity logs");
    Ok(match flaws {
        0 => Outcome::Ok,
        1 => Outcome::Discard("the activity log of a team was changed".to_owned()),
        _ => Outcome::Discard(format!("the activity logs of {flaws} teams were changed")),
    })
}
