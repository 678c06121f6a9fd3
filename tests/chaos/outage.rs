//! PostgreSQL stopped as if by a power failure, and started again, while people invite; and its connections ended again
//! and again. Needs a cluster of its own.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use muster_core::db::Db;
use muster_core::testing::World;
use muster_core::testing::postgres::Cluster;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::Plan;
use crate::books::Verdict;
use crate::look::Look;
use crate::process::PATIENCE;
use crate::scene::Scene;

/// How many invitations there is room for: founding a team needs the database.
const ROOM: usize = 3_000;
/// How many are invited before, and again after.
const SOME: u64 = 40;
/// Starts a cluster, and takes it away for so long.
pub async fn run(plan: &Plan, seconds: u64) -> anyhow::Result<Verdict> {
    let cluster = tokio::task::spawn_blocking(Cluster::start)
        .await?
        .map_err(anyhow::Error::msg)?;
    let mut scene = Scene::new(plan, World::on_cluster(&cluster).await, 2).await?;
    let verdict = under_load(plan, &mut scene, cluster, Duration::from_secs(seconds)).await;
    verdict.map_err(|error| error.context(scene.tail()))
}

async fn under_load(
    plan: &Plan,
    scene: &mut Scene,
    cluster: Cluster,
    away: Duration,
) -> anyhow::Result<Verdict> {
    scene.prepare(ROOM).await;
    let listen = Scene::free_address()?;
    scene.start_with(0, "worker", &[])?;
    scene.start_with(1, "web,worker", &[("LISTEN_ADDR", listen.to_string())])?;
    let health = Health::new(format!("http://{listen}/health/ready"))?;
    health.until(200).await?;
    scene.invite_many(SOME).await?;

    let before = scene.mails("").await?;
    plan.say(&format!("PostgreSQL goes away for {} s", away.as_secs()));
    let stop = CancellationToken::new();
    let (more, cluster) = tokio::join!(load(scene, stop.cancelled()), async {
        let gone = take_away(cluster, &health, away).await;
        stop.cancel();
        gone
    });
    let (cluster, unready) = cluster?;
    let mut refused = more;
    scene.collect();
    scene.books.database_was_away(&before);
    running(scene)?;

    plan.say("PostgreSQL comes back");
    let stop = CancellationToken::new();
    let (more, back) = tokio::join!(load(scene, stop.cancelled()), async {
        let back = come_back(cluster, &health).await;
        // A while under load on the recovered server.
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.cancel();
        back
    });
    refused += more;
    let (cluster, recovered) = back?;
    scene.invite_many(SOME).await?;
    running(scene)?;

    let rounds = plan.rounds(10, 100);
    plan.say(&format!("its connections are ended {rounds} times"));
    let (db, stop) = (scene.world.db.clone(), CancellationToken::new());
    let (more, ended) = tokio::join!(load(scene, stop.cancelled()), async {
        let mut ended = 0;
        for _ in 0..rounds {
            tokio::time::sleep(Duration::from_millis(200)).await;
            // The connection that would do it may itself be an ended one.
            ended += end_connections(&db).await.unwrap_or_default();
        }
        stop.cancel();
        ended
    });
    refused += more;
    running(scene)?;
    health.until(200).await?;

    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    verdict.notes.push(format!(
        "away for {} s: {unready} times 503, ready again {recovered:.1?} after the start; {ended} connections ended; \
         {refused} invitations refused",
        away.as_secs()
    ));
    if ended == 0 {
        verdict.broken("no connection was ended: this campaign has proved nothing".to_owned());
    }
    drop(cluster);
    Ok(verdict)
}

/// Invites until told to stop; answers how many invitations were refused.
async fn load(scene: &mut Scene, stop: impl Future<Output = ()>) -> u64 {
    tokio::pin!(stop);
    let mut refused = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return refused,
            invited = scene.invite_if_room() => refused += u64::from(invited.is_err()),
        }
        tokio::select! {
            () = &mut stop => return refused,
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    }
}

/// Both processes have to live through it all.
fn running(scene: &mut Scene) -> anyhow::Result<()> {
    for place in 0..2 {
        let ended = scene.process(place)?.ended()?;
        ensure!(ended.is_none(), "the outage has ended a process: {ended:?}");
    }
    Ok(())
}

/// Stops the server, for at least so long and until the program says that it is not ready. Answers how often it said so.
async fn take_away(mut cluster: Cluster, health: &Health, away: Duration) -> anyhow::Result<(Cluster, u64)> {
    let cluster = tokio::task::spawn_blocking(move || cluster.crash().map(|()| cluster))
        .await?
        .map_err(anyhow::Error::msg)?;
    let (since, mut unready) = (Instant::now(), 0);
    while since.elapsed() < away || unready == 0 {
        match health.ask().await? {
            503 => unready += 1,
            status => ensure!(
                since.elapsed() < PATIENCE && status == 200 && unready == 0,
                "/health/ready says {status} while the database is away"
            ),
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok((cluster, unready))
}

/// Starts the server again; answers how long it then took until the program was ready.
async fn come_back(mut cluster: Cluster, health: &Health) -> anyhow::Result<(Cluster, Duration)> {
    let cluster = tokio::task::spawn_blocking(move || cluster.start_again().map(|()| cluster))
        .await?
        .map_err(anyhow::Error::msg)?;
    let since = Instant::now();
    health.until(200).await?;
    Ok((cluster, since.elapsed()))
}

/// Ends every connection but the one that asks.
async fn end_connections(db: &Db) -> anyhow::Result<u64> {
    let mut look = Look::at(db).await?;
    let ended = look
        .count(
            "select count(*) from (
                 select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()) as ended",
        )
        .await?;
    Ok(ended.unsigned_abs())
}

/// What the program says of itself.
struct Health {
    client: reqwest::Client,
    url: String,
}

impl Health {
    fn new(url: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .build()?;
        Ok(Self { client, url })
    }

    async fn ask(&self) -> anyhow::Result<u16> {
        let answer = self.client.get(&self.url).send().await;
        Ok(answer.context("the pages do not answer")?.status().as_u16())
    }

    /// Waits for a status; the program may still be starting.
    async fn until(&self, status: u16) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let answer = self.ask().await;
            if answer.as_ref().is_ok_and(|answer| *answer == status) {
                return Ok(());
            }
            ensure!(
                since.elapsed() < PATIENCE,
                "/health/ready did not say {status} within {PATIENCE:?}, but {answer:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
