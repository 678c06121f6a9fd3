//! Closing invitations whose time is over: how fast, and how long anybody has to wait for it meanwhile.
//!
//! While the sweep runs, others ask for the lock again and again, as people's requests would: on SQLite for the one write
//! lock, through the program's own connection and through one of another process; on PostgreSQL for the row of the team whose
//! invitations are next.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use measure::{Cpu, Memory, Report, Times, mebibytes, number, rate, time};
use muster_core::activity;
use muster_core::db::{Db, Pools};
use muster_core::ids::TeamId;
use muster_core::team;
use muster_core::testing::World;
use muster_jobs::{Engine, Options, ScheduleName, tick};
use tokio::task::JoinHandle;

use crate::engines::{NO_SMTP, Running, context, live, without_clock};
use crate::load;

const LONGEST_LOCK: Duration = Duration::from_millis(50);
const ROWS_A_SECOND: f64 = 50_000.0;
const MEMORY: u64 = 64 << 20;
/// Between two questions for the lock.
const PAUSE: Duration = Duration::from_millis(5);

const DUE: &str = "select count(*) from invitations where status = 'pending'";

pub async fn measure(world: &World, teams: u32, each: u32) -> Report {
    let rows = teams * each;
    load::expired(world, teams, each).await;
    let mut report = Report::new(format!(
        "{} invitations whose time is over, {} in each of {} team{}, each with a mail that was sent; those of different \
         teams ended alternately. Meanwhile others ask for the lock every {}.",
        number(rows.into()),
        number(each.into()),
        number(teams.into()),
        if teams == 1 { "" } else { "s" },
        time(PAUSE),
    ));
    let context = context(world, &world.db, NO_SMTP);
    let options = Options {
        // A run that takes too long is begun again at once.
        backoff: |_| Duration::ZERO,
        ..without_clock()
    };
    let running = Running::start(Engine::new(context.clone(), options));
    let memory = Memory::begin();
    let probes = Probes::start(world).await;
    let cpu = Cpu::begin(&world.db).await;
    let (began, mut due) = (Instant::now(), u64::from(rows));
    while due > 0 {
        // Moments that differ: the same one again is the same job.
        let moment =
            world.env.now() + TimeDelta::seconds(i64::try_from(running.settled()).expect("a few runs"));
        tick(&context, ScheduleName::ExpireInvitations, moment)
            .await
            .expect("a job can be enqueued");
        while live(&world.db).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let left = load::count(&world.db, DUE).await;
        assert!(left < due, "a run of the job closes some");
        due = left;
    }
    let took = began.elapsed();
    let cpu = cpu.end(&world.db).await;
    let runs = running.settled();
    let (start, peak) = memory.end();
    let waits = probes.end().await;
    running.stop().await;

    let speed = rate(rows.into(), took);
    report.add_with_aim(
        "Rows a second",
        number(speed as u64),
        "above 50,000",
        speed > ROWS_A_SECOND,
    );
    report.add("Time", time(took));
    report.add("Runs of the job, of at most 60 s", number(runs));
    for (index, (name, waits)) in waits.iter().enumerate() {
        let longest = waits.longest();
        // The first is what the promise is about; the second asks again only after pauses of its own.
        if index == 0 {
            report.add_with_aim(*name, time(longest), "50 ms", longest <= LONGEST_LOCK);
        } else {
            report.add(*name, time(longest));
        }
        report.add(
            format!("{name}: median, p99, how many asked"),
            format!(
                "{}, {}, {}",
                time(waits.quantile(0.5)),
                time(waits.quantile(0.99)),
                number(waits.count())
            ),
        );
    }
    report.add_with_aim("Memory at its peak", mebibytes(peak), "64 MiB", peak <= MEMORY);
    report.add("Memory at the start", mebibytes(start));
    cpu.add_to(&mut report, "a row", rows);
    check(world, rows, teams).await;
    report
}

/// Each was closed and logged once, and the log of a team is whole.
async fn check(world: &World, rows: u32, teams: u32) {
    let expired = load::count(
        &world.db,
        "select count(*) from invitations where status = 'expired'",
    )
    .await;
    assert_eq!(expired, u64::from(rows));
    let entries = load::count(&world.db, "select count(*) from activity").await;
    assert_eq!(
        entries,
        u64::from(rows + teams),
        "an entry for each, and one for each founding"
    );
    let mut tx = world.db.read().await.expect("a transaction");
    let ids = team::all_ids(&mut tx).await.expect("the teams");
    let flaw = activity::verify(&mut tx, &world.env, ids[0])
        .await
        .expect("the log can be read");
    assert_eq!(flaw, None);
}

/// Those who ask for the lock.
struct Probes {
    end: Arc<AtomicBool>,
    tasks: Vec<(&'static str, JoinHandle<Times>)>,
}

impl Probes {
    async fn start(world: &World) -> Self {
        let end = Arc::new(AtomicBool::new(false));
        let other = Db::connect(&world.url).await.expect("another connection");
        let tasks = if world.db.is_embedded() {
            vec![
                (
                    "Longest wait for the write lock, in this process",
                    tokio::spawn(writers(world.db.clone(), end.clone())),
                ),
                (
                    "Longest wait for the write lock, in another process",
                    tokio::spawn(writers(other, end.clone())),
                ),
            ]
        } else {
            vec![(
                "Longest wait for the row of the team",
                tokio::spawn(lockers(other, end.clone())),
            )]
        };
        Self { end, tasks }
    }

    async fn end(self) -> Vec<(&'static str, Times)> {
        self.end.store(true, Ordering::Relaxed);
        let mut waits = Vec::new();
        for (name, task) in self.tasks {
            waits.push((name, task.await.expect("asking goes well")));
        }
        waits
    }
}

async fn writers(db: Db, end: Arc<AtomicBool>) -> Times {
    let mut times = Times::default();
    while !end.load(Ordering::Relaxed) {
        let began = Instant::now();
        // One that gave up has waited, too.
        let tx = db.write().await;
        times.note(began.elapsed());
        drop(tx);
        tokio::time::sleep(PAUSE).await;
    }
    times
}

async fn lockers(db: Db, end: Arc<AtomicBool>) -> Times {
    let mut times = Times::default();
    let Pools::Postgres(pool) = db.pools() else {
        unreachable!("SQLite has no rows to lock")
    };
    while !end.load(Ordering::Relaxed) {
        let next = "select team_id from invitations where status = 'pending' order by expires_at limit 1";
        let next: Option<TeamId> = sqlx::query_scalar(next)
            .fetch_optional(pool)
            .await
            .expect("a team can be looked up");
        if let Some(next) = next {
            let mut tx = db.write().await.expect("a transaction");
            let began = Instant::now();
            // One that gave up has waited, too.
            let _locked = team::lock(&mut tx, next).await;
            times.note(began.elapsed());
        }
        tokio::time::sleep(PAUSE).await;
    }
    times
}
