//! Invitations, made as people make them, until the mail server has each and that is written down.

use std::time::{Duration, Instant};

use measure::{Cpu, Report, each, number, rate, time};
use muster_core::testing::World;
use muster_jobs::{Engine, Options};

use crate::engines::{Running, context};
use crate::load;
use crate::sink::{STUCK, Sink};

/// A team may mail so many in an hour.
const EACH: u32 = 20;

pub async fn measure(world: &World, teams: u32) -> Report {
    let mails = teams * EACH;
    let (founder, ids) = load::teams(world, teams).await;
    for (number, team) in ids.into_iter().enumerate() {
        let addresses = (0..EACH).map(|person| format!("p{person}@t{number}.example.org"));
        load::invite(world, founder, team, addresses.collect()).await;
    }
    load::settle(&world.db).await;

    let mut sink = Sink::start();
    let mut report = Report::new(format!(
        "{} invitations of {} teams, committed before the engine starts; the time ends when the mail server has taken \
         each and all are stored as sent.",
        number(mails.into()),
        number(teams.into())
    ));
    let cpu = Cpu::begin(&world.db).await;
    let began = Instant::now();
    let context = context(world, &world.db, &sink.url);
    let running = Running::start(Engine::new(context, Options::default()));
    tokio::task::block_in_place(|| sink.wait(mails));
    let taken = began.elapsed();
    all_sent(world).await;
    let took = began.elapsed();
    let cpu = cpu.end(&world.db).await;
    let aim = if world.db.is_embedded() { 1000.0 } else { 500.0 };
    let speed = rate(mails.into(), took);
    report.add_with_aim(
        "Mails a second",
        format!("{speed:.0}"),
        format!("{aim:.0}"),
        speed >= aim,
    );
    report.add(
        "Time until the mail server had all, until all were stored as sent",
        format!("{}, {}", time(taken), time(took)),
    );
    cpu.add_to(&mut report, "a mail", mails);
    report.add("Processor time a mail: mail server", each(sink.cpu(), mails));
    running.stop().await;
    check(world, &mut sink, mails).await;
    report
}

/// Waits until no mail waits or is being sent.
pub async fn all_sent(world: &World) {
    let open = "select count(*) from emails where status in ('queued', 'sending')";
    let wait = async {
        while load::count(&world.db, open).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(STUCK, wait)
        .await
        .expect("what the mail server has is stored as sent");
}

/// Each was sent, once.
pub async fn check(world: &World, sink: &mut Sink, mails: u32) {
    let sent = load::count(
        &world.db,
        "select count(*) from emails where status = 'sent' and attempts = 1",
    )
    .await;
    assert_eq!(sent, u64::from(mails), "every mail was sent at the first try");
    assert_eq!(sink.count(), (mails, mails), "the mail server has each once");
}
