//! Many mails at once: how long they take, what they cost in memory, and whether somebody else's single one has to wait.

use std::time::{Duration, Instant};

use measure::{Cpu, Memory, Report, number, rate, time};
use muster_core::email::{self, Status};
use muster_core::testing::World;
use muster_jobs::{Engine, Options};

use crate::engines::{Running, context};
use crate::invitations::{all_sent, check};
use crate::load;
use crate::sink::Sink;

const EACH: u32 = 1000;
/// Memory has to stay below that much more than at the start.
const MEMORY: u64 = 64 << 20;
const SINGLES: u32 = 3;

pub async fn measure(world: &World, teams: u32) -> Report {
    let mails = teams * EACH;
    load::queued(world, teams, EACH).await;
    let (bo, other) = world.founder(2, "Bo", "Another team", "campaigns").await;

    let mut sink = Sink::start();
    let mut report = Report::new(format!(
        "{} queued mails, 1,000 from each of {} teams. When a quarter, a half and three quarters of them have left, \
         another team sends one single invitation.",
        number(mails.into()),
        number(teams.into())
    ));
    let memory = Memory::begin();
    let cpu = Cpu::begin(&world.db).await;
    let began = Instant::now();
    let context = context(world, &world.db, &sink.url);
    let running = Running::start(Engine::new(context, Options::default()));
    let mut singles = Vec::new();
    for quarter in 1..=SINGLES {
        tokio::task::block_in_place(|| sink.wait(mails / 4 * quarter));
        let invitations = load::invite(world, bo, other, vec![format!("q{quarter}@example.org")]).await;
        singles.push((invitations, world.env.now()));
    }
    tokio::task::block_in_place(|| sink.wait(mails + SINGLES));
    all_sent(world).await;
    let took = began.elapsed();
    let cpu = cpu.end(&world.db).await;
    let (start, peak) = memory.end();
    let speed = rate(mails.into(), took);
    report.add("Time until all were stored as sent", time(took));
    report.add("Mails a second", format!("{speed:.0}"));
    cpu.add_to(&mut report, "a mail", mails);
    report.add_with_aim(
        "Memory at its peak",
        measure::mebibytes(peak),
        "64 MiB",
        peak <= MEMORY,
    );
    report.add("Memory at the start", measure::mebibytes(start));
    let mut longest = Duration::ZERO;
    let mut tx = world.db.read().await.expect("a transaction");
    for (invitations, committed) in singles {
        let deliveries = email::of_invitation(&mut tx, invitations[0].id)
            .await
            .expect("its mails can be read");
        assert_eq!(deliveries[0].status, Status::Sent);
        let sent = deliveries[0].sent_at.expect("it was sent");
        longest = longest.max((sent - committed).to_std().unwrap_or_default());
    }
    drop(tx);
    report.add(
        "From commit to sent, the slowest of the single ones",
        time(longest),
    );
    running.stop().await;
    check(world, &mut sink, mails + SINGLES).await;
    report
}
