//! Picking up, failing, stopping: whatever a job does, the others go on.

use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use muster_core::both_dbs;
use muster_core::db::{Db, Pools};
use muster_core::email::Status;
use muster_core::error::Error;
use muster_core::job::Job;
use muster_core::queue;
use muster_core::testing::World;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{PATIENCE, Running, context, count, delivery, impatient, meddle};
use crate::context::Run;
use crate::outcome::Outcome;
use crate::{Options, ScheduleName, tick};

const NO_SMTP: &str = "smtp://127.0.0.1:1?tls=none";

fn expiry_panics(run: Run, job: Job) -> BoxFuture<'static, Result<Outcome, Error>> {
    match job {
        Job::ExpireInvitations { .. } => async { panic!("as the test wants it") }.boxed(),
        Job::SendEmail { .. }
        | Job::NotifyDeliveryFailure { .. }
        | Job::SweepEmails { .. }
        | Job::RemindPending { .. }
        | Job::Prune { .. }
        | Job::VerifyAudit { .. }
        | Job::PurgeTeams { .. }
        | Job::SendScheduled { .. }
        | Job::NotifyUnsent { .. }
        | Job::NotifyAlert { .. }
        | Job::NoteFailedSignIn { .. }
        | Job::LookForNews { .. }
        | Job::Announce { .. }
        | Job::CutLogs { .. }
        | Job::FanOutWebhooks { .. }
        | Job::DeliverWebhook { .. }
        | Job::SweepWebhooks { .. } => crate::perform(run, job),
    }
}

fn does_nothing(_: Run, _: Job) -> BoxFuture<'static, Result<Outcome, Error>> {
    async { Ok(Outcome::Ok) }.boxed()
}

async fn enqueue(world: &World, job: &Job) {
    let mut tx = world.db.write().await.unwrap();
    queue::enqueue(&mut tx, &world.env, job).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    async fn a_panic_and_a_corrupt_job_do_not_stop_the_others(world: World) {
        let sink = SmtpSink::start().await;
        let context = context(&world.db, &world, &sink.url());
        tick(&context, ScheduleName::ExpireInvitations, world.env.now()).await.unwrap();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        // One of the two mails, whichever comes first.
        let broken = match world.db.pools() {
            Pools::Sqlite { .. } => "x'ff'",
            Pools::Postgres(_) => r"'\xff'::bytea",
        };
        let first = "select min(id) from JOBS where job_type = 'interactive'";
        meddle(&world.db, &format!("update JOBS set job = {broken} where id = ({first})")).await;

        let mut jobs = Running::start_with(context, impatient(), expiry_panics);
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 1);
        let dead = "select count(*) from JOBS where status = 'Killed'";
        assert_eq!(count(&world.db, &format!("{dead} and job_type = 'interactive' and attempts = 1")).await, 1);
        assert_eq!(count(&world.db, &format!("{dead} and job_type = 'default' and attempts = 5")).await, 1);
        assert_eq!(count(&world.db, "select count(*) from JOBS where status = 'Done'").await, 1);

        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 2, "the sweep writes the broken job anew");
        jobs.stop().await;
    }

    async fn no_wake_up_is_lost(world: World) {
        // Only pings can be so fast: no look at the queue happens by itself but with the heartbeat, every 5 seconds.
        let options = Options { poll: Duration::from_hours(1), ..impatient() };
        let mut jobs = Running::start_with(context(&world.db, &world, NO_SMTP), options, does_nothing);
        enqueue(&world, &ScheduleName::SweepEmails.job(world.env.now())).await;
        jobs.idle().await;
        let mut slowest = Duration::ZERO;
        for pair in 0..200 {
            let began = Instant::now();
            for (half, name) in [(1, ScheduleName::SweepEmails), (2, ScheduleName::ExpireInvitations)] {
                let at = world.env.now() + chrono::TimeDelta::seconds(pair * 2 + half);
                enqueue(&world, &name.job(at)).await;
            }
            jobs.idle().await;
            slowest = slowest.max(began.elapsed());
        }
        assert!(slowest < Duration::from_secs(3), "a pair waited {slowest:?}");
        jobs.stop().await;
    }

    async fn the_clock_asks_for_jobs(world: World) {
        world.env.clock().advance(Duration::from_millis(59_800));
        let options = Options { schedule: true, ..impatient() };
        let mut jobs = Running::start_with(context(&world.db, &world, NO_SMTP), options, crate::perform);
        jobs.settled(2).await;
        let minute = (world.env.now() + chrono::TimeDelta::milliseconds(200)).timestamp();
        for kind in ["expire_invitations", "sweep_emails"] {
            let key = format!("cron:{kind}:{minute}");
            let done = format!("select count(*) from JOBS where status = 'Done' and idempotency_key = '{key}'");
            assert_eq!(count(&world.db, &done).await, 1, "{key}");
        }
        jobs.stop().await;
    }

    async fn a_tick_of_several_replicas_is_one_job(world: World) {
        let context = context(&world.db, &world, NO_SMTP);
        for _replica in 0..3 {
            tick(&context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        }
        assert_eq!(count(&world.db, "select count(*) from JOBS").await, 1);
    }

    async fn stopping_lets_a_send_end(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(Stage::Body).times(1));
        let jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        sink.stalled().await;
        jobs.stop.cancel();
        let late = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        sink.release();
        jobs.stop().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        assert_eq!(delivery(&world, &late).await.status, Status::Queued, "nothing new is begun");
        assert_eq!(sink.mails().len(), 1);
    }

    async fn what_does_not_end_in_time_is_handed_back(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(Stage::Body).times(1));
        let options = Options { grace: Duration::ZERO, ..impatient() };
        let jobs = Running::start_with(context(&world.db, &world, &sink.url()), options, crate::perform);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        sink.stalled().await;
        jobs.stop().await;
        let waiting = "select count(*) from JOBS where status = 'Pending' and lock_by is null and attempts = 0";
        assert_eq!(count(&world.db, waiting).await, 1);

        world.env.clock().advance(Duration::from_secs(15));
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        assert_eq!(sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn expiry_is_written_down_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for name in ["bo", "cy", "di"] {
            world.invite(ada, team, &format!("{name}@example.org"), "member").await.unwrap();
        }
        world.env.clock().advance(Duration::from_hours(7 * 24));
        let mut jobs = Running::start(&world, NO_SMTP);
        for _twice in 0..2 {
            tick(&jobs.context, ScheduleName::ExpireInvitations, world.env.now()).await.unwrap();
            jobs.idle().await;
            let expired = "select count(*) from invitations where status = 'expired'";
            assert_eq!(count(&world.db, expired).await, 3);
            let logged = "select count(*) from activity where kind = 'invitation.expired' and surface = 'job'";
            assert_eq!(count(&world.db, logged).await, 3);
            world.env.clock().advance(Duration::from_mins(1));
        }
        jobs.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_postgres_send_each_mail_once() {
    let world = World::postgres().await;
    let sink = SmtpSink::start().await;
    let other = Db::connect(&world.url).await.unwrap();
    let mut engines = [&world.db, &other]
        .map(|db| Running::start_with(context(db, &world, &sink.url()), impatient(), crate::perform));
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    for number in 0..20 {
        world
            .invite(ada, team, &format!("person{number}@example.org"), "member")
            .await
            .unwrap();
    }
    for _ in 0..20 {
        sink.next_mail().await;
    }
    // Whoever runs the last one, it is done when no job is left.
    let all_done = async {
        while count(&world.db, "select count(*) from JOBS where status = 'Done'").await < 20 {
            let [one, two] = &mut engines;
            tokio::select! {
                _ = one.settled.changed() => {}
                _ = two.settled.changed() => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, all_done).await.unwrap();
    assert_eq!((sink.mails().len(), sink.attempts()), (20, 20));
    for engine in engines {
        engine.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_another_process_wakes_the_worker() {
    let world = World::postgres().await;
    let other = Db::connect(&world.url).await.unwrap();
    let options = Options {
        poll: Duration::from_hours(1),
        ..impatient()
    };
    let mut jobs = Running::start_with(context(&world.db, &world, NO_SMTP), options, does_nothing);
    enqueue(&world, &ScheduleName::SweepEmails.job(world.env.now())).await;
    jobs.idle().await;
    for second in 1..=20 {
        let began = Instant::now();
        let elsewhere = context(&other, &world, NO_SMTP);
        tick(
            &elsewhere,
            ScheduleName::SweepEmails,
            world.env.now() + chrono::TimeDelta::seconds(second),
        )
        .await
        .unwrap();
        jobs.settled(1 + u64::try_from(second).unwrap()).await;
        // The first may come while the listener still connects; then the heartbeat finds it.
        assert!(
            second == 1 || began.elapsed() < Duration::from_secs(3),
            "{:?}",
            began.elapsed()
        );
    }
    jobs.stop().await;
}
