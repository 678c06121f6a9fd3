//! What the engine itself takes for a job: taking it from the queue, starting it, writing its end down.

use std::time::{Duration, Instant};

use measure::{Cpu, Report, number, rate};
use muster_core::db::Db;
use muster_core::job::Job;
use muster_core::queue;
use muster_core::testing::World;
use muster_jobs::Engine;

use crate::engines::{NO_SMTP, Running, context, live, without_clock};
use crate::load;

pub async fn measure(world: &World, jobs: u32) -> Report {
    let mut report = Report::new(format!(
        "{} jobs of one queue, enqueued before the engine starts.",
        number(jobs.into())
    ));
    // On SQLite there is only one process.
    let engines: &[usize] = if world.db.is_embedded() { &[1] } else { &[1, 4] };
    for &engines in engines {
        enqueue(world, jobs).await;
        let cpu = Cpu::begin(&world.db).await;
        let took = run(world, jobs, engines).await;
        let cpu = cpu.end(&world.db).await;
        assert_eq!(live(&world.db).await, 0, "every job is done");
        let how = match engines {
            1 => "one engine".to_owned(),
            more => format!("{more} engines, each with connections of its own"),
        };
        let speed = format!("{:.0}", rate(jobs.into(), took));
        report.add(format!("Jobs a second, {how}"), speed);
        cpu.add_to(&mut report, &format!("a job, {how}"), jobs);
    }
    report
}

async fn run(world: &World, jobs: u32, engines: usize) -> Duration {
    let mut databases = Vec::new();
    for _ in 0..engines {
        databases.push(Db::connect(&world.url).await.expect("another set of connections"));
    }
    let began = Instant::now();
    let running: Vec<Running> = databases
        .iter()
        .map(|db| Engine::of_empty_jobs(context(world, db, NO_SMTP), without_clock(), |_| {}))
        .map(Running::start)
        .collect();
    while running.iter().map(Running::settled).sum::<u64>() < u64::from(jobs) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let took = began.elapsed();
    for engine in running {
        engine.stop().await;
    }
    for db in databases {
        db.close().await;
    }
    took
}

async fn enqueue(world: &World, jobs: u32) {
    for from in (0..jobs).step_by(1000) {
        let mut tx = world.db.write().await.expect("a transaction");
        for _ in from..jobs.min(from + 1000) {
            let job = Job::SendEmail {
                email: world.env.new_id(),
            };
            queue::enqueue(&mut tx, &world.env, &job)
                .await
                .expect("a job can be enqueued");
        }
        tx.commit().await.expect("they are stored");
    }
    load::settle(&world.db).await;
}
