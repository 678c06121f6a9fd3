//! The mail server refuses every connection for rounds on end, while the worker is killed; then it is back.

use std::time::Duration;

use anyhow::bail;
use tokio::time::Instant;

use crate::Plan;
use crate::books::Verdict;
use crate::dice::Dice;
use crate::look::{Look, meddle};
use crate::process::PATIENCE;
use crate::scene::Scene;

/// Nothing is sent, nothing fails for good, and when the server is back everything arrives.
pub async fn run(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "mail-away");
    let rounds = plan.rounds(4, 20);
    scene.sink_away(0).await?;
    for round in 0..rounds {
        let pause = Duration::from_millis(dice.between(0, 400));
        scene.invite_many(3).await?;
        scene.start(0)?;
        tokio::time::sleep(pause).await;
        scene.kill(0).await?;
        plan.progress(round, rounds, &scene.books, "");
    }
    scene.start(0)?;
    let fresh = scene.invite_many(3).await?;
    let since = Instant::now();
    for invited in fresh {
        let which = format!(
            "where id = '{}' and status = 'queued' and attempts > 0",
            invited.mail
        );
        while scene.mails(&which).await?.is_empty() {
            if since.elapsed() > PATIENCE {
                bail!("mail {} was not tried within {PATIENCE:?}", invited.message_id);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let row = scene.mails(&which).await?.pop();
        if row.is_none_or(|row| row.last_text.is_none_or(|text| text.is_empty())) {
            bail!(
                "mail {} was tried, and nothing says what happened",
                invited.message_id
            );
        }
    }
    let mut look = Look::at(&scene.world.db).await?;
    let given_up = look
        .count("select count(*) from emails where status not in ('queued', 'sending')")
        .await?;
    drop(look);
    scene.sink_back(0).await?;
    if !plan.long {
        // The pauses, not the sweep: a worker that lives looks at these rows every 15 s.
        meddle(
            &scene.world.db,
            "update emails set next_attempt_at = $1 where status = 'queued'",
        )
        .await?;
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    if given_up > 0 {
        verdict.broken(format!(
            "{given_up} mails were given up while the mail server was away"
        ));
    }
    Ok(verdict)
}
