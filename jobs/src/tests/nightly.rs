//! What happens at night: deleting, and checking the logs.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::db::Pools;

use super::support::{Running, count, meddle};
use crate::{ScheduleName, tick};

const NO_SMTP: &str = "smtp://127.0.0.1:1?tls=none";

both_dbs! {
    async fn jobs_that_are_long_done_go_and_dead_ones_stay(world: World) {
        let mut jobs = Running::start(&world, NO_SMTP);
        for minutes in 0..3 {
            let at = world.env.now() + chrono::TimeDelta::minutes(minutes);
            tick(&jobs.context, ScheduleName::SweepEmails, at).await.unwrap();
        }
        jobs.idle().await;
        let (newest, oldest) = ("(select max(id) from JOBS)", "(select min(id) from JOBS)");
        meddle(&world.db, &format!("update JOBS set status = 'Killed' where id = {oldest}")).await;
        let long_ago = match world.db.pools() {
            Pools::Sqlite { .. } => "strftime('%s', 'now') - 8 * 86400",
            Pools::Postgres(_) => "now() - interval '8 days'",
        };
        meddle(&world.db, &format!("update JOBS set done_at = {long_ago} where id <> {newest}")).await;

        tick(&jobs.context, ScheduleName::Prune, world.env.now()).await.unwrap();
        jobs.idle().await;
        assert_eq!(count(&world.db, "select count(*) from JOBS where status = 'Killed'").await, 1);
        let swept = "select count(*) from JOBS where status = 'Done' and idempotency_key like 'cron:sweep_emails:%'";
        assert_eq!(count(&world.db, swept).await, 1, "the one that is done for less than a week");
        jobs.stop().await;
    }

    async fn what_has_expired_goes(world: World) {
        let (ada, _) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut tx = world.db.write().await.unwrap();
        let arrival = muster_core::session::Arrival { user_agent: "a browser", secret: None };
        muster_core::session::start(&mut tx, &world.env, ada.account, arrival).await.unwrap();
        muster_core::guild::once(&mut tx, &world.env, muster_core::ids::InteractionId(7)).await.unwrap();
        muster_core::discord_link::start(&mut tx, &world.env, None).await.unwrap();
        tx.commit().await.unwrap();
        let mut jobs = Running::start(&world, NO_SMTP);
        let rows = "select (select count(*) from sessions) + (select count(*) from interactions)
                         + (select count(*) from link_attempts)";
        for (days, left) in [(0, 3), (2, 1), (15, 0)] {
            world.env.clock().advance(Duration::from_secs(days * 86_400));
            tick(&jobs.context, ScheduleName::Prune, world.env.now()).await.unwrap();
            jobs.idle().await;
            assert_eq!(count(&world.db, rows).await, left, "{days} days later");
        }
        jobs.stop().await;
    }

    async fn a_log_that_was_changed_leaves_a_dead_job(world: World) {
        world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.founder(2, "Bo", "Borealis", "campaigns").await;
        let mut jobs = Running::start(&world, NO_SMTP);
        tick(&jobs.context, ScheduleName::VerifyAudit, world.env.now()).await.unwrap();
        jobs.idle().await;
        let dead = "select count(*) from JOBS where status = 'Killed'";
        assert_eq!(count(&world.db, dead).await, 0);

        let off = match world.db.pools() {
            Pools::Sqlite { .. } => "drop trigger activity_no_update",
            Pools::Postgres(_) => "alter table activity disable trigger user",
        };
        meddle(&world.db, off).await;
        meddle(&world.db, "update activity set actor_name = 'Eve' where actor_name = 'Bo'").await;
        world.env.clock().advance(Duration::from_secs(1));
        tick(&jobs.context, ScheduleName::VerifyAudit, world.env.now()).await.unwrap();
        jobs.idle().await;
        assert_eq!(count(&world.db, &format!("{dead} and cast(last_result as text) like '%log of a team%'")).await, 1);
        jobs.stop().await;
    }
}
