//! What else can happen to jobs and workers: a job that takes its process down each time, workers that start and die in
//! quick succession, one mail with two jobs, and rows that somebody deleted or overwrote.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{bail, ensure};
use muster_core::job::Job;
use tokio::time::Instant;

use crate::Plan;
use crate::books::Verdict;
use crate::dice::Dice;
use crate::look::{Look, meddle};
use crate::process::PATIENCE;
use crate::scene::{Invited, Scene};

/// One mail aborts its process each time it is claimed: its job is dead after its attempts, and all others arrive.
pub async fn stubborn(_: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut all = scene.invite_many(8).await?;
    let victim = all.remove(3);
    let email = victim.mail.parse().map_err(|_| anyhow::anyhow!("a mail's id"))?;
    let most = u64::try_from(Job::SendEmail { email }.max_attempts())?;
    let variables = [
        ("MUSTER_FAILPOINT", "mail_claimed".to_owned()),
        ("MUSTER_FAILPOINT_ONLY", victim.mail.clone()),
        ("MUSTER_FAILPOINT_ACT", "abort".to_owned()),
    ];
    let mut aborts = 0;
    loop {
        scene.start_with(0, "worker", &variables)?;
        if dead_or_aborted(scene, &victim).await? {
            break;
        }
        aborts += 1;
        scene.note_death(0).await?;
        ensure!(
            aborts <= most,
            "a job of {most} attempts has taken {aborts} processes down"
        );
        scene.as_if_time_had_passed().await?;
    }
    others_leave(scene, &victim, &variables).await?;
    // The fault is mended: the sweep revives the job, and the mail leaves.
    if scene.places[0].process.is_some() {
        scene.kill(0).await?;
    }
    scene.as_if_time_had_passed().await?;
    let mut verdict = scene.finish().await?;
    verdict.rounds = aborts;
    verdict.notes.push(format!(
        "dead after {aborts} aborts of {most} attempts; sent once the fault was mended"
    ));
    if aborts != most {
        verdict.broken(format!("the job was dead after {aborts} aborts, not {most}"));
    }
    Ok(verdict)
}

/// Every mail but one has to leave, while that one may still take the worker down.
async fn others_leave(
    scene: &mut Scene,
    victim: &Invited,
    variables: &[(&str, String)],
) -> anyhow::Result<()> {
    let others = format!("where status <> 'sent' and id <> '{}'", victim.mail);
    let since = Instant::now();
    loop {
        let left = scene.mails(&others).await?;
        if left.is_empty() {
            return Ok(());
        }
        ensure!(
            since.elapsed() < PATIENCE,
            "{} mails did not get past one that aborts, within {PATIENCE:?}",
            left.len()
        );
        // The sweep revives the job of a mail that is still wanted.
        if scene.process(0)?.ended()?.is_some() {
            scene.note_death(0).await?;
            scene.as_if_time_had_passed().await?;
            scene.start_with(0, "worker", variables)?;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the job is dead (true) or its process is (false).
async fn dead_or_aborted(scene: &mut Scene, victim: &Invited) -> anyhow::Result<bool> {
    let sql = format!(
        "select count(*) from JOBS where idempotency_key = 'send_email:{}' and status = 'Killed'",
        victim.mail
    );
    let since = Instant::now();
    loop {
        if scene.process(0)?.ended()?.is_some() {
            return Ok(false);
        }
        if Look::at(&scene.world.db).await?.count(&sql).await? == 1 {
            return Ok(true);
        }
        ensure!(
            since.elapsed() < PATIENCE,
            "a job that aborts its process was neither run nor given up within {PATIENCE:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Workers that are killed as soon as they have registered: each of them registers.
pub async fn restarts(_: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    const TIMES: u64 = 20;
    let began = Instant::now();
    let mut known = workers(scene).await?;
    for time in 0..TIMES {
        let since = Instant::now();
        scene.start(0)?;
        let more = loop {
            let now = workers(scene).await?;
            if now.difference(&known).count() > 0 {
                break now;
            }
            if let Some(status) = scene.process(0)?.ended()? {
                bail!("start {time} of {TIMES} ended by itself: {status}");
            }
            ensure!(
                since.elapsed() < PATIENCE,
                "start {time} of {TIMES} did not register a worker within {PATIENCE:?}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        known = more;
        scene.kill(0).await?;
    }
    let took = began.elapsed();
    scene.invite_many(3).await?;
    let mut verdict = scene.finish().await?;
    verdict.rounds = TIMES;
    verdict
        .notes
        .push(format!("{TIMES} starts registered within {took:.1?}"));
    Ok(verdict)
}

async fn workers(scene: &Scene) -> anyhow::Result<BTreeSet<String>> {
    let names = Look::at(&scene.world.db)
        .await?
        .texts("select id from WORKERS where worker_type = 'interactive'")
        .await?;
    Ok(names.into_iter().collect())
}

/// Every mail has two jobs, and on PostgreSQL two workers look for them at the same moment: each mail leaves once.
pub async fn twice(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let rounds = plan.rounds(1, 10);
    for round in 0..rounds {
        let mails = scene.invite_many(20).await?;
        // Another id of the same form: its last character is another.
        let twins = meddle(
            &scene.world.db,
            "insert into JOBS (job, id, job_type, status, attempts, max_attempts, run_at, priority, idempotency_key)
             select job, substr(id, 1, 25) || case substr(id, 26, 1) when '0' then '1' else '0' end, job_type,
                    'Pending', 0, max_attempts, run_at, priority, 'twin:' || idempotency_key
             from JOBS where status = 'Pending' and idempotency_key like 'send_email:%'",
        )
        .await?;
        ensure!(
            twins == u64::try_from(mails.len())?,
            "{twins} twins of {} jobs",
            mails.len()
        );
        for place in 0..scene.places.len() {
            scene.start(place)?;
        }
        scene.drain().await?;
        for place in 0..scene.places.len() {
            scene.kill(place).await?;
        }
        plan.progress(round, rounds, &scene.books, "");
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    if verdict.arrived != verdict.committed {
        verdict.broken(format!(
            "{} mails with two jobs each arrived {} times",
            verdict.committed, verdict.arrived
        ));
    }
    Ok(verdict)
}

/// What happens to rows of the queue behind the program's back.
const MEDDLING: [(&str, &str); 7] = [
    ("deleted", "delete from JOBS where PICK"),
    ("no job", "update JOBS set job = GARBAGE where PICK"),
    ("an empty job", "update JOBS set job = NOTHING where PICK"),
    ("dead", "update JOBS set status = 'Killed' where PICK"),
    (
        "failed",
        "update JOBS set status = 'Failed', attempts = max_attempts where PICK",
    ),
    ("used up", "update JOBS set attempts = 2000000000 where PICK"),
    ("far away", "update JOBS set run_at = FUTURE where PICK"),
];

/// Rows that wait are deleted or overwritten while mails go through: the sweep restores them, and the worker lives.
pub async fn meddling(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "meddling");
    let rounds = plan.rounds(7, 105);
    let embedded = scene.world.db.is_embedded();
    let mut met = 0;
    for round in 0..rounds {
        let (what, sql) = MEDDLING[usize::try_from(round)? % MEDDLING.len()];
        // Some before the worker runs, so that there is something to meddle with; some while it does.
        scene.invite_many(dice.between(2, 4)).await?;
        let pick = "idempotency_key like 'send_email:%' and status = 'Pending'";
        let future = if embedded { "4102444800" } else { "'2100-01-01'" };
        let (garbage, nothing) = if embedded {
            ("x'ff00'", "x''")
        } else {
            ("'\\xff00'", "''")
        };
        let sql = sql
            .replace("PICK", pick)
            .replace("GARBAGE", garbage)
            .replace("NOTHING", nothing)
            .replace("FUTURE", future);
        met += meddle(&scene.world.db, &sql).await?;
        if scene.places[0].process.is_none() {
            scene.start(0)?;
        }
        scene.invite_many(dice.between(1, 4)).await?;
        met += meddle(&scene.world.db, &sql).await?;
        ensure!(
            scene.process(0)?.ended()?.is_none(),
            "a job that was {what} has ended the worker"
        );
        plan.progress(round, rounds, &scene.books, what);
        if dice.between(0, 2) == 0 {
            scene.kill(0).await?;
        }
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    verdict.notes.push(format!("{met} rows meddled with"));
    if met == 0 {
        verdict.broken("no row was meddled with: this campaign has proved nothing".to_owned());
    }
    Ok(verdict)
}
