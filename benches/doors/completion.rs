//! How long it takes to find what somebody has begun to type, in a large team.

use std::time::{Duration, Instant};

use measure::{Report, Times, number, time};
use muster_core::invitation;
use muster_core::member;
use muster_core::policy::Permission;
use muster_core::testing::World;

const LOOKS: u32 = 600;
const SOON: Duration = Duration::from_millis(100);
/// As many as Discord shows.
const SHOWN: i64 = 25;

/// What is typed in the n-th look: nothing, a letter, more and more of a name, an address, something that is not there.
fn typed(word: &str, n: u32) -> String {
    match n % 6 {
        0 => String::new(),
        1 => word[..1].to_owned(),
        2 => word.to_owned(),
        3 => format!("{word}{n:03}"),
        4 => format!("{word}{:05}", n * 20 % 5000),
        _ => "zzz".to_owned(),
    }
}

pub async fn measure(world: &World, many: u32) -> Report {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    let count = usize::try_from(many).expect("it fits");
    world.crowd(team, count).await;
    world.guests(team, ada.account, count).await;
    let mut report = Report::new(format!(
        "{} members and as many pending invitations in one team; {LOOKS} looks at each, one after the other, for nothing, a \
         letter, a part of a name, a whole one, and something that is not there. Measured is what the bot does between \
         Discord's question and its answer: permission, search and the {SHOWN} best.",
        number(many.into())
    ));
    let (mut members, mut invitations) = (Times::default(), Times::default());
    for n in 0..LOOKS {
        let began = Instant::now();
        let mut tx = world.db.read().await.expect("a transaction");
        let grant = ada
            .may(&mut tx, team, Permission::MembersView)
            .await
            .expect("founders may");
        member::search(&mut tx, &grant, &typed("person ", n), SHOWN)
            .await
            .expect("members are found");
        drop(tx);
        members.note(began.elapsed());
    }
    for n in 0..LOOKS {
        let began = Instant::now();
        let mut tx = world.db.read().await.expect("a transaction");
        let grant = ada
            .may(&mut tx, team, Permission::InvitationsManage)
            .await
            .expect("founders may");
        invitation::search(&mut tx, &grant, &typed("guest", n), SHOWN)
            .await
            .expect("invitations are found");
        drop(tx);
        invitations.note(began.elapsed());
    }
    for (what, times) in [("A member", members), ("An invitation", invitations)] {
        report.add(format!("{what}: median"), time(times.quantile(0.5)));
        let late = times.quantile(0.99);
        report.add_with_aim(format!("{what}: p99"), time(late), "under 100 ms", late < SOON);
        report.add(format!("{what}: longest"), time(times.longest()));
    }
    report
}
