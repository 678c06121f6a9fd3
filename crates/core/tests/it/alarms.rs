//! What a log says of refusals and of many removals at once, and who hears of it.

use std::time::Duration;

use muster_core::activity::{Kind, Surface};
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::denial::{self, Attempt};
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use muster_core::testing::{End, World};

/// `actor` tries something and is refused; the front door has it noted. Answers whether that was news.
async fn refused(world: &World, actor: Actor, team: TeamId, permission: Permission) -> bool {
    let mut tx = world.db.read().await.unwrap();
    let error = actor.may(&mut tx, team, permission).await.expect_err("a refusal");
    drop(tx);
    note(world, &error).await
}

async fn note(world: &World, error: &Error) -> bool {
    let attempt = Attempt::of(error).expect("one that the log hears of");
    let news = denial::is_news(&mut world.db.read().await.unwrap(), &world.env, &attempt)
        .await
        .unwrap();
    let mut tx = world.db.write().await.unwrap();
    denial::note(&mut tx, &world.env, &attempt).await.unwrap();
    tx.commit().await.unwrap();
    news
}

both_dbs! {
    async fn a_refusal_is_logged_once_an_hour(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let cy = world.seated(team, 3, "Cy", "member").await;
        assert!(refused(&world, bo, team, Permission::TeamSettings).await);
        for _ in 0..5 {
            assert!(!refused(&world, bo, team, Permission::TeamSettings).await);
        }
        refused(&world, bo, team, Permission::MembersRemove).await;
        refused(&world, cy, team, Permission::TeamSettings).await;
        let told = |log: Vec<muster_core::activity::Entry>| -> Vec<_> {
            let denied = log.into_iter().filter(|entry| entry.kind == Kind::AccessDenied);
            denied.map(|entry| (entry.actor_name, entry.subject, entry.surface)).collect()
        };
        let own = |name: &str, what: &str| (name.to_owned(), what.to_owned(), Surface::Discord);
        assert_eq!(told(world.log(team).await), [
            own("Cy", "team.settings"),
            own("Bo", "members.remove"),
            own("Bo", "team.settings"),
        ]);
        world.env.clock().advance(Duration::from_hours(1));
        assert!(refused(&world, bo, team, Permission::TeamSettings).await);
        assert_eq!(told(world.log(team).await).len(), 4);
    }

    async fn what_a_role_does_not_reach_is_a_refusal_too_and_strangers_are_none(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.seated(team, 2, "Bo", "moderator").await;
        let error = world.invite(bo, team, "cy@example.org", "moderator").await.expect_err("beyond a moderator");
        assert!(note(&world, &error).await);
        assert_eq!(world.log(team).await[0].subject, "members.invite");
        let (zed, _) = world.founder(9, "Zed", "Zephyr", "campaigns").await;
        let error = world.invite(zed, team, "cy@example.org", "member").await.expect_err("a stranger");
        assert_eq!(Attempt::of(&error), None);
        // Of a team that is gone meanwhile nothing is noted.
        let error = world.invite(bo, team, "di@example.org", "moderator").await.expect_err("beyond a moderator");
        world.delete_team(ada, team).await.unwrap();
        world.env.clock().advance(Duration::from_hours(2));
        note(&world, &error).await;
        assert_eq!(world.log(team).await[0].kind, Kind::TeamDeleted);
    }

    /// What a key does not carry and what its maker's role no longer allows; beside what the maker tries.
    async fn what_a_program_is_refused_is_logged_with_its_key_once_an_hour(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let (_, secret) = world.api_key(bo, team, &[Permission::MembersView, Permission::RolesChange]).await.unwrap();
        let tried = async |permission| {
            let refused = world.program(&secret, permission).await;
            note(&world, &refused.map(drop).expect_err("a refusal")).await
        };
        assert!(tried(Permission::MembersRemove).await);
        assert!(!tried(Permission::MembersRemove).await);
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        assert!(tried(Permission::RolesChange).await);
        assert!(refused(&world, bo, team, Permission::RolesChange).await, "the person is not the key");
        let denied: Vec<_> = world.log(team).await.into_iter().filter(|entry| entry.kind == Kind::AccessDenied)
            .map(|entry| (entry.api_key(), entry.surface, entry.subject)).collect();
        let key = Some("Importer".to_owned());
        assert_eq!(denied, [
            (None, Surface::Discord, "roles.change".to_owned()),
            (key.clone(), Surface::Api, "roles.change".to_owned()),
            (key, Surface::Api, "members.remove".to_owned()),
        ]);
    }

    async fn many_removals_by_one_person_alarm_the_top_role_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.verify(ada.account, "ada@example.org").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let mut crowd = Vec::new();
        for n in 10..18 {
            crowd.push(world.seated(team, n, &format!("M{n}"), "member").await.account);
        }
        for (n, one) in crowd.iter().enumerate() {
            world.end(bo, team, *one, End::Remove).await.unwrap();
            let alarms = world.log(team).await.iter().filter(|entry| entry.kind == Kind::MassRemoval).count();
            assert_eq!(alarms, usize::from(n >= 4), "after {} removals", n + 1);
        }
        let log = world.log(team).await;
        let alarm = log.iter().find(|entry| entry.kind == Kind::MassRemoval).unwrap();
        assert_eq!((alarm.actor_name.as_str(), alarm.subject.as_str()), ("Bo", "5"));
        // Both owners hear of it, by mail and by a message of the bot's.
        let count = async |text: &'static str| -> i64 {
            match world.db.pools() {
                Pools::Sqlite { readers, .. } => sqlx::query_scalar(text).fetch_one(readers).await.unwrap(),
                Pools::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await.unwrap(),
            }
        };
        assert_eq!(count("select count(*) from emails where kind = 'alert'").await, 2);
    }

    async fn removals_that_take_their_time_are_no_alarm(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for n in 10..20 {
            let one = world.seated(team, n, &format!("M{n}"), "member").await.account;
            world.end(ada, team, one, End::Remove).await.unwrap();
            world.env.clock().advance(Duration::from_mins(3));
        }
        assert!(world.log(team).await.iter().all(|entry| entry.kind != Kind::MassRemoval));
    }
}
