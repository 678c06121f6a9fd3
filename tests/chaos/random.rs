//! Killed at any moment, while people go on inviting: one worker on either database, or two at once on PostgreSQL.

use std::time::Duration;

use crate::Plan;
use crate::books::Verdict;
use crate::dice::Dice;
use crate::scene::Scene;

/// A worker is started, invitations are committed, and 0 to 400 ms later it is killed: in every other round 0 to 400 ms
/// after the process began, in the others after its worker did.
pub async fn one(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "random");
    let rounds = plan.rounds(12, 250);
    for round in 0..rounds {
        let (mails, pause) = (dice.between(1, 8), dice.between(0, 400));
        let revoked = dice.between(1, 10) == 1;
        scene.start(0)?;
        if round % 2 == 1 {
            scene.process(0)?.is_up().await?;
        }
        let fuse = tokio::time::sleep(Duration::from_millis(pause));
        tokio::pin!(fuse);
        // The commits go on whether or not the fuse has burnt down.
        let all = scene.invite_many(mails).await?;
        if let (true, Some(first)) = (revoked, all.first()) {
            scene.revoke(first).await?;
        }
        fuse.await;
        scene.kill(0).await?;
        plan.progress(round, rounds, &scene.books, "");
    }
    finish(plan, scene, rounds).await
}

/// Two workers share the queue; now and then one of them is killed and started again.
pub async fn two(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "two");
    let rounds = plan.rounds(8, 200);
    scene.start(0)?;
    scene.start(1)?;
    for round in 0..rounds {
        let (mails, pause) = (dice.between(2, 12), dice.between(0, 400));
        let victim = usize::try_from(dice.between(0, 1))?;
        scene.invite_many(mails).await?;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        scene.kill(victim).await?;
        scene.start(victim)?;
        plan.progress(round, rounds, &scene.books, "");
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    prove(&mut verdict);
    Ok(verdict)
}

async fn finish(plan: &Plan, scene: &mut Scene, rounds: u64) -> anyhow::Result<Verdict> {
    if !plan.long {
        scene.as_if_time_had_passed().await?;
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    prove(&mut verdict);
    Ok(verdict)
}

/// A campaign in which no kill met anything proves nothing.
fn prove(verdict: &mut Verdict) {
    if verdict.rounds >= 50 && verdict.kills_that_met == 0 {
        verdict.broken("no kill met a mail under way: this campaign has proved nothing".to_owned());
    }
}
