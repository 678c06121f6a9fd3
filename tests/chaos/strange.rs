//! Rows of the queue that no version of this program writes: the worker has to live, other mails have to leave, and the
//! mail behind the row has to arrive all the same.

use std::time::Duration;

use anyhow::ensure;
use tokio::time::Instant;

use crate::Plan;
use crate::books::Verdict;
use crate::look::meddle;
use crate::scene::Scene;

/// By name, what becomes of the row.
pub const KINDS: [(&str, &str); 7] = [
    ("id-no-ulid", "id = 'no-ulid'"),
    ("status-unknown", "status = 'Sleeping'"),
    ("attempts-negative", "attempts = -5"),
    ("running-nobody", "status = 'Running'"),
    ("queued-nobody", "status = 'Queued'"),
    ("most-zero", "max_attempts = 0"),
    ("most-negative", "max_attempts = -1"),
];

/// How long other mails may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One mail's row becomes strange; others are invited before and after.
pub async fn run(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let kind = KINDS.iter().find(|(name, _)| plan.name.contains(name));
    let (_, set) = kind.expect("campaigns are named after a kind");
    let victim = scene.invite().await?;
    let sql = format!(
        "update JOBS set {set} where idempotency_key = 'send_email:{}'",
        victim.mail
    );
    ensure!(
        meddle(&scene.world.db, &sql).await? == 1,
        "one row becomes strange"
    );
    scene.start(0)?;
    let since = Instant::now();
    let others = scene.invite_many(3).await?;
    for other in &others {
        let which = format!("where id = '{}' and status = 'sent'", other.mail);
        while scene.mails(&which).await?.is_empty() {
            ensure!(
                since.elapsed() < PATIENCE,
                "other mails wait behind the strange row; workers failed {} times in {PATIENCE:?}",
                scene.logged("a worker failed")
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let others_took = since.elapsed();
    let verdict = scene.finish().await;
    let failed = scene.logged("a worker failed");
    let mut verdict = verdict.map_err(|error| {
        anyhow::anyhow!("{error:#}; others took {others_took:.1?}, workers failed {failed} times")
    })?;
    verdict.rounds = 1;
    verdict.notes.push(format!(
        "others took {others_took:.1?}, all of it {:.1?}; workers failed {failed} times",
        since.elapsed()
    ));
    Ok(verdict)
}
