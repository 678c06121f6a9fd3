//! How long completing takes in a large team. A measurement and no check: run it with
//! `cargo test -p muster-core --test it completing -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use muster_core::invitation;
use muster_core::member;
use muster_core::policy::Permission;
use muster_core::testing::World;

const MANY: usize = 5000;
const LOOKS: usize = 200;

/// What is typed in the n-th look: nothing, a letter, more and more of a name, an address, something that is not there.
fn typed(word: &str, n: usize) -> String {
    match n % 6 {
        0 => String::new(),
        1 => word[..1].to_owned(),
        2 => word.to_owned(),
        3 => format!("{word}{n:03}"),
        4 => format!("{word}{:05}", n * 20),
        _ => "zzz".to_owned(),
    }
}

fn told(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let (middle, worst) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    println!(
        "{what}: p50 {middle:.1?}, p99 {worst:.1?}, longest {:.1?}",
        took[took.len() - 1]
    );
}

async fn members(world: &World) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world.crowd(team, MANY).await;
    let mut took = Vec::new();
    for n in 0..LOOKS {
        let begin = Instant::now();
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::MembersView).await.unwrap();
        member::search(&mut tx, &grant, &typed("person ", n), 25)
            .await
            .unwrap();
        drop(tx);
        took.push(begin.elapsed());
    }
    told("member, of 5,000", took);
}

async fn invitations(world: &World) {
    let (ada, team) = world.founder(2, "Bo", "Borealis", "campaigns").await;
    world.guests(team, ada.account, MANY).await;
    let mut took = Vec::new();
    for n in 0..LOOKS {
        let begin = Instant::now();
        let mut tx = world.db.read().await.unwrap();
        let grant = ada
            .may(&mut tx, team, Permission::InvitationsManage)
            .await
            .unwrap();
        invitation::search(&mut tx, &grant, &typed("guest", n), 25)
            .await
            .unwrap();
        drop(tx);
        took.push(begin.elapsed());
    }
    told("invitation, of 5,000", took);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn completing_in_a_large_team_sqlite() {
    let world = World::sqlite().await;
    members(&world).await;
    invitations(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn completing_in_a_large_team_postgres() {
    let world = World::postgres().await;
    members(&world).await;
    invitations(&world).await;
}
