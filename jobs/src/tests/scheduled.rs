//! Invitations that wait for their hour: who goes first, and what an interruption leaves.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::{BatchId, TeamId};
use muster_core::invitation::scheduled::{self, PART};
use muster_core::invitation::{NewInvitation, bulk};
use muster_core::policy::{Permission, RoleKey};
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use smtp_sink::SmtpSink;

use super::support::{Running, count};
use crate::{ScheduleName, tick};

/// Puts so many on their way, without sending anybody.
async fn put_on_their_way(world: &World, who: Actor, team: TeamId, name: &str, many: u32) -> BatchId {
    let people = (1..=many).map(|n| {
        let new = NewInvitation {
            email: EmailAddress::parse(&format!("{name}{n}@example.net")).unwrap(),
            role: RoleKey::parse("member").unwrap(),
            details: BTreeMap::new(),
            note: None,
        };
        (n, new)
    });
    let mut tx = world.db.write().await.unwrap();
    let grant = who.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
    let begun = bulk::begin(&mut tx, &world.env, &grant, people.collect()).await;
    tx.commit().await.unwrap();
    begun.unwrap().batch
}

both_dbs! {
    async fn however_many_one_team_has_no_other_waits_for_all_of_them(world: World) {
        let (ada, many) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(many, "hourly_limit = 20", "hourly_limit = 1000").await;
        put_on_their_way(&world, ada, many, "p", 250).await;
        let (eve, few) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        put_on_their_way(&world, eve, few, "q", 2).await;
        assert!(many < few, "the first one looked at has many");
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        tick(&jobs.context, ScheduleName::SendScheduled, world.env.now()).await.unwrap();
        jobs.idle().await;
        jobs.stop().await;
        let before = format!(
            "select count(*) from invitations where team_id = '{many}'
             and id < (select min(id) from invitations where team_id = '{few}')"
        );
        assert_eq!(usize::try_from(count(&world.db, &before).await).unwrap(), PART, "one part");
        assert_eq!(count(&world.db, "select count(*) from invitations").await, 252);
    }

    async fn what_was_interrupted_goes_on_by_itself(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "hourly_limit = 20", "hourly_limit = 120").await;
        let batch = put_on_their_way(&world, ada, team, "p", 130).await;
        // The first part of those that leave at once, and then the process is gone.
        let mut tx = world.db.write().await.unwrap();
        scheduled::send_part(&mut tx, &world.env, team, Some(batch), Surface::Discord, 100).await.unwrap();
        tx.commit().await.unwrap();
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        for minute in 0..2 {
            let at = world.env.now() + chrono::TimeDelta::minutes(minute);
            tick(&jobs.context, ScheduleName::SendScheduled, at).await.unwrap();
        }
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 120, "as many as an hour takes");
        world.env.clock().advance(std::time::Duration::from_hours(1));
        tick(&jobs.context, ScheduleName::SendScheduled, world.env.now()).await.unwrap();
        jobs.idle().await;
        let to: Vec<String> = sink.mails().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!((to.len(), to.iter().collect::<BTreeSet<_>>().len()), (130, 130), "nobody twice");
        jobs.stop().await;
    }
}
