//! Cutting off what is older than a team keeps its log, so that the rest can still be checked.

use std::time::Duration;

use muster_core::activity::{self, Flaw, Keep, Kind};
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::insights::{self, Range};
use muster_core::policy::Permission;
use muster_core::testing::World;

use crate::log::{doctor, raw};

const DAY: Duration = Duration::from_hours(24);

async fn keep(world: &World, actor: Actor, team: TeamId, keep: Keep) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    let grant = actor.may(&mut tx, team, Permission::TeamSettings).await?;
    activity::set_keep(&mut tx, &world.env, &grant, keep).await?;
    tx.commit().await
}

/// Cuts as the job does, `rows` at a time; answers how many went.
async fn cut(world: &World, team: TeamId, rows: i64) -> u64 {
    let mut all = 0;
    loop {
        let mut tx = world.db.write().await.unwrap();
        let gone = activity::cut(&mut tx, &world.env, team, rows).await.unwrap();
        tx.commit().await.unwrap();
        all += gone;
        if gone == 0 {
            return all;
        }
    }
}

async fn flaw(world: &World, team: TeamId) -> Option<Flaw> {
    let mut tx = world.db.read().await.unwrap();
    activity::verify(&mut tx, &world.env, team).await.unwrap()
}

both_dbs! {
    async fn what_is_older_goes_and_the_rest_can_be_checked(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for name in ["bo", "cy", "di"] {
            world.joined(ada, team, &format!("{name}@example.org"), name, "member").await;
        }
        world.env.clock().advance(DAY * 91);
        world.joined(ada, team, "ed@example.org", "Ed", "member").await;
        assert_eq!(cut(&world, team, 2).await, 0, "a log is kept for ever unless somebody says otherwise");
        keep(&world, ada, team, Keep::Days90).await.unwrap();
        assert!(matches!(keep(&world, ada, team, Keep::Days90).await, Err(Error::Rule(Rule::Unchanged))));
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(activity::due_for_cut(&mut tx, None, 10).await.unwrap(), [team]);
        drop(tx);
        // 1 founding, 3 invitations, 3 acceptances; in parts, each of which leaves a log that can be checked.
        let mut tx = world.db.write().await.unwrap();
        assert_eq!(activity::cut(&mut tx, &world.env, team, 2).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(flaw(&world, team).await, None);
        assert_eq!(cut(&world, team, 2).await, 5);
        let log = world.log(team).await;
        let kinds: Vec<_> = log.iter().map(|entry| (entry.seq, entry.kind)).collect();
        assert_eq!(kinds, [
            (11, Kind::LogCut),
            (10, Kind::KeepChanged),
            (9, Kind::InvitationAccepted),
            (8, Kind::InvitationSent),
        ]);
        assert_eq!(log[0].subject, "7");
        assert_eq!(cut(&world, team, 2).await, 0);
        // The numbers of the insights stay; who it was does not.
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::AnalyticsView).await.unwrap();
        let growth = insights::growth(&mut tx, &world.env, &grant, Range::Year).await.unwrap();
        assert_eq!((growth.members, growth.joined), (5, 5));
        let people = insights::people(&mut tx, &world.env, &grant, Range::Year).await.unwrap();
        assert_eq!(people.most.iter().map(|one| one.acts).sum::<i64>(), 3);
    }

    async fn a_cut_that_muster_did_not_make_shows(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let forged = match world.db.pools() {
            muster_core::db::Pools::Sqlite { .. } => "insert into activity_cuts select team_id, seq, mac, at, zeroblob(32) from activity where seq = 2",
            muster_core::db::Pools::Postgres(_) => "insert into activity_cuts select team_id, seq, mac, at, mac from activity where seq = 2",
        };
        raw(&world, forged).await.unwrap();
        raw(&world, "delete from activity where seq <= 2").await.unwrap();
        assert_eq!(flaw(&world, team).await, Some(Flaw::Start(2)));
        raw(&world, "delete from activity_cuts").await.unwrap();
        assert_eq!(flaw(&world, team).await, Some(Flaw::Missing(1)));
    }

    async fn a_genuine_cut_moved_or_undone_shows(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.env.clock().advance(DAY * 400);
        world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        keep(&world, ada, team, Keep::Year).await.unwrap();
        assert_eq!(cut(&world, team, 100).await, 3);
        assert_eq!(flaw(&world, team).await, None);
        doctor(&world, "update activity_cuts set through = 4").await;
        assert_eq!(flaw(&world, team).await, Some(Flaw::Start(4)));
        raw(&world, "update activity_cuts set through = 3").await.unwrap();
        assert_eq!(flaw(&world, team).await, None);
        raw(&world, "delete from activity where seq = 4").await.unwrap();
        assert_eq!(flaw(&world, team).await, Some(Flaw::Missing(4)));
    }
}
