//! Killed at named points: between each two steps at which something could be lost or done twice.

use chrono::TimeDelta;
use muster_core::job::Job;
use muster_core::queue;

use crate::Plan;
use crate::books::Verdict;
use crate::dice::Dice;
use crate::look::{Look, meddle, meddle_at};
use crate::scene::Scene;

/// Every failpoint that the jobs have, in the order in which a mail passes them.
const POINTS: [Point; 10] = [
    Point::mail("job_fetched"),
    Point::mail("mail_claiming"),
    Point::mail("mail_claimed"),
    Point::mail("mail_written"),
    Point::mail("mail_accepted"),
    Point::mail("mail_recording"),
    Point {
        name: "writes_committed",
        work: Work::Batch,
    },
    Point::mail("job_ended"),
    Point {
        name: "expire_batch",
        work: Work::Expire,
    },
    Point {
        name: "sweep_uncommitted",
        work: Work::Sweep,
    },
];

/// A place to be killed at, and what leads there.
struct Point {
    name: &'static str,
    work: Work,
}

#[derive(Clone, Copy)]
enum Work {
    /// Each mail passes.
    Mail,
    /// Several mails pass together: once when they are claimed, once when they have been sent.
    Batch,
    Expire,
    Sweep,
}

impl Point {
    const fn mail(name: &'static str) -> Self {
        Self {
            name,
            work: Work::Mail,
        }
    }
}

/// Each round commits a few mails, starts a worker that stops at one of them, and kills it there.
pub async fn run(plan: &Plan, scene: &mut Scene) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(plan.seed, "named");
    let each = u64::try_from(POINTS.len())?;
    let rounds = plan.rounds(each, 23 * each);
    for round in 0..rounds {
        // Each point in turn, so that none is left to chance.
        let point = &POINTS[usize::try_from(round)? % POINTS.len()];
        let mails = dice.between(2, 6);
        let passage = match point.work {
            Work::Mail => dice.between(1, mails),
            Work::Batch => dice.between(1, 2),
            Work::Expire | Work::Sweep => 1,
        };
        let invited = scene.invite_many(mails).await?;
        match point.work {
            Work::Mail | Work::Batch => {}
            Work::Expire => let_expire(scene).await?,
            Work::Sweep => {
                // Something to restore.
                let sql = format!(
                    "delete from JOBS where idempotency_key = 'send_email:{}'",
                    invited[0].mail
                );
                meddle(&scene.world.db, &sql).await?;
                let tick = scene.world.env.now();
                ask(scene, Job::SweepEmails { tick }).await?;
            }
        }
        let variables = [
            ("MUSTER_FAILPOINT", point.name.to_owned()),
            ("MUSTER_FAILPOINT_PASSAGE", passage.to_string()),
        ];
        scene.start_with(0, "worker", &variables)?;
        scene.process(0)?.says("failpoint ").await.map_err(|error| {
            error.context(format!(
                "killing at `{}`, passage {passage} of {mails}",
                point.name
            ))
        })?;
        scene.kill(0).await?;
        plan.progress(round, rounds, &scene.books, point.name);
    }
    if !plan.long {
        scene.as_if_time_had_passed().await?;
    }
    let mut verdict = scene.finish().await?;
    verdict.rounds = rounds;
    check_expired(scene, &mut verdict).await?;
    Ok(verdict)
}

/// The invitations of two teams have lapsed, and a job is to write that down.
async fn let_expire(scene: &mut Scene) -> anyhow::Result<()> {
    let some = scene.invite_many(4).await?;
    let ago = scene.world.env.now() - TimeDelta::hours(1);
    for invited in some {
        let sql = format!(
            "update invitations set expires_at = $1 where id = '{}'",
            invited.invitation.id
        );
        meddle_at(&scene.world.db, &sql, ago).await?;
        scene.books.no_longer(&invited.message_id);
    }
    let tick = scene.world.env.now();
    ask(scene, Job::ExpireInvitations { tick }).await
}

/// Enqueues a job of the time table, as its tick would.
async fn ask(scene: &Scene, job: Job) -> anyhow::Result<()> {
    let mut tx = scene.world.db.write().await?;
    queue::enqueue(&mut tx, &scene.world.env, &job).await?;
    tx.commit().await?;
    Ok(())
}

/// Each lapsed invitation is closed, and the log says so once.
async fn check_expired(scene: &Scene, verdict: &mut Verdict) -> anyhow::Result<()> {
    let mut look = Look::at(&scene.world.db).await?;
    let expired = look
        .count("select count(*) from invitations where status = 'expired'")
        .await?;
    let entries = look
        .count("select count(*) from activity where kind = 'invitation.expired'")
        .await?;
    let left = look
        .count(
            "select count(*) from invitations i join emails e on e.invitation_id = i.id
             where i.status = 'pending' and i.expires_at < i.created_at",
        )
        .await?;
    if expired == 0 || entries != expired || left > 0 {
        verdict.broken(format!(
            "{expired} invitations have expired, {left} were left open, and the log has {entries} entries about it"
        ));
    }
    verdict
        .notes
        .push(format!("{expired} invitations expired, each logged once"));
    Ok(())
}
