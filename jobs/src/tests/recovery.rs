//! What is left by a process that died, or by somebody who meddled with the tables.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::email::Status;
use muster_core::email::delivery::{self as mails, Claim};
use muster_core::ids::EmailId;
use muster_core::testing::World;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{Running, count, delivery, meddle};
use crate::{ScheduleName, tick};

/// Leaves the one job and its mail as a process does that dies while it sends.
async fn die_while_sending(world: &World, mail: EmailId) {
    let mut tx = world.db.write().await.unwrap();
    assert!(matches!(
        mails::claim(&mut tx, &world.env, mail).await.unwrap(),
        Claim::Ours(_)
    ));
    tx.commit().await.unwrap();
    let insert = match world.db.pools() {
        Pools::Sqlite { .. } => {
            "insert into Workers (id, worker_type, storage_name, layers, last_seen, started_at)
             values ('dead', 'interactive', 'x', '', 1, 1)"
        }
        Pools::Postgres(_) => {
            "insert into apalis.workers (id, worker_type, storage_name, layers, last_seen)
             values ('dead', 'interactive', 'x', '', now() - interval '1 minute')"
        }
    };
    meddle(&world.db, insert).await;
    meddle(&world.db, "update JOBS set status = 'Queued', lock_by = 'dead'").await;
}

both_dbs! {
    async fn a_mail_that_was_being_sent_when_the_process_died_is_sent(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        die_while_sending(&world, delivery(&world, &invitation).await.id).await;
        // On PostgreSQL the claim has to run out first: another process might still hold it.
        if !world.db.is_embedded() {
            world.env.clock().advance(Duration::from_secs(15));
        }
        let mut jobs = Running::start(&world, &sink.url());
        sink.next_mail().await;
        jobs.idle().await;
        let delivery = delivery(&world, &invitation).await;
        assert_eq!((delivery.status, delivery.attempts), (Status::Sent, 2));
        jobs.stop().await;
    }

    async fn a_job_that_took_its_process_down_too_often_is_dead(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        die_while_sending(&world, delivery(&world, &invitation).await.id).await;
        meddle(&world.db, "update JOBS set attempts = max_attempts - 1").await;
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(count(&world.db, "select count(*) from JOBS where status = 'Killed'").await, 1);
        assert_eq!(sink.attempts(), 0);
        jobs.stop().await;
    }

    async fn a_mail_that_takes_its_sender_down_every_time_fails(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let mail = delivery(&world, &invitation).await.id;
        let mut tx = world.db.write().await.unwrap();
        for _ in 0..mails::MOST_ATTEMPTS {
            assert!(matches!(mails::claim(&mut tx, &world.env, mail).await.unwrap(), Claim::Ours(_)));
            world.env.clock().advance(Duration::from_secs(15));
        }
        assert!(matches!(mails::claim(&mut tx, &world.env, mail).await.unwrap(), Claim::Exhausted));
        mails::give_up(&mut tx, &world.env, mail).await.unwrap();
        tx.commit().await.unwrap();
        let failed = delivery(&world, &invitation).await;
        assert_eq!(failed.status, Status::Failed);
        assert!(failed.last_text.unwrap().contains("gave up"));
    }

    async fn a_sender_that_has_lost_its_claim_stops(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(Stage::Body).times(1));
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let mut jobs = Running::start(&world, &sink.url());
        sink.stalled().await;
        world.env.clock().advance(Duration::from_secs(15));
        let mail = delivery(&world, &invitation).await.id;
        let mut tx = world.db.write().await.unwrap();
        assert!(matches!(mails::claim(&mut tx, &world.env, mail).await.unwrap(), Claim::Ours(_)));
        tx.commit().await.unwrap();
        // It notices when it next renews the claim; the connection is closed with it, so nothing was taken.
        jobs.settled(1).await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sending);
        assert_eq!(sink.mails().len(), 0);
        jobs.stop().await;
    }

    async fn a_lost_job_is_restored_by_the_sweep(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        assert_eq!(meddle(&world.db, "delete from JOBS").await, 1);
        let mut jobs = Running::start(&world, &sink.url());
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_dead_job_of_a_living_mail_is_revived_by_the_sweep(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        meddle(&world.db, "update JOBS set status = 'Killed', attempts = 41").await;
        let mut jobs = Running::start(&world, &sink.url());
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_mail_whose_sender_was_overtaken_is_judged_by_the_later_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let mail = delivery(&world, &invitation).await.id;
        let mut tx = world.db.write().await.unwrap();
        let Claim::Ours(first) = mails::claim(&mut tx, &world.env, mail).await.unwrap() else { panic!("not ours") };
        world.env.clock().advance(Duration::from_secs(15));
        let Claim::Ours(second) = mails::claim(&mut tx, &world.env, mail).await.unwrap() else { panic!("not ours") };

        assert!(!mails::renew(&mut tx, &world.env, &first).await.unwrap());
        assert!(mails::renew(&mut tx, &world.env, &second).await.unwrap());
        let refusal = mails::Refusal { permanent: true, code: Some(550), text: "no".to_owned() };
        mails::not_sent(&mut tx, &world.env, &first, &refusal, chrono::TimeDelta::zero()).await.unwrap();
        mails::sent(&mut tx, &world.env, &[mails::Taken { mail: &second, code: 250, text: "taken" }]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
    }

    async fn rows_that_nobody_can_read_stop_no_worker(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for name in ["bo", "cy", "di"] {
            world.invite(ada, team, &format!("{name}@example.org"), "member").await.unwrap();
        }
        // One has an id that is none, one a status that is none; the third is as it should be.
        for (change, whose) in [("id = 'nonsense'", "min(id)"), ("status = 'Nonsense'", "max(id)")] {
            let row = format!("(select {whose} from JOBS where length(id) = 26)");
            meddle(&world.db, &format!("update JOBS set {change} where id = {row}")).await;
        }
        let mut jobs = Running::start(&world, &sink.url());
        for _ in 0..2 {
            sink.next_mail().await;
        }
        jobs.settled(2).await;
        assert_eq!(count(&world.db, "select count(*) from JOBS where status = 'Done'").await, 2);
        // Of the one whose job cannot be fetched the mail is due all the same.
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        jobs.stop().await;
    }

    async fn a_write_that_the_database_refuses_spoils_no_other(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let names = ["bo", "cy", "di", "ed", "flo"];
        for name in names {
            world.invite(ada, team, &format!("{name}@example.org"), "member").await.unwrap();
        }
        match world.db.pools() {
            Pools::Sqlite { .. } => {
                meddle(&world.db, "create trigger refuse before update on emails when new.to_address = 'cy@example.org'
                                   begin select raise(abort, 'as the test wants it'); end").await;
            }
            Pools::Postgres(_) => {
                meddle(&world.db, "create function refuse() returns trigger language plpgsql
                                   as $$ begin raise exception 'as the test wants it'; end $$").await;
                meddle(&world.db, "create trigger refuse before update on emails for each row
                                   when (new.to_address = 'cy@example.org') execute function refuse()").await;
            }
        }
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(sink.mails().len(), names.len() - 1);
        assert_eq!(count(&world.db, "select count(*) from emails where status = 'sent'").await, 4);
        assert_eq!(count(&world.db, "select count(*) from JOBS where status = 'Killed'").await, 1);
        jobs.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_outlive_their_connections_to_postgres() {
    let world = World::postgres().await;
    let sink = SmtpSink::start().await;
    let mut jobs = Running::start(&world, &sink.url());
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    for name in ["bo", "cy", "di"] {
        world
            .invite(ada, team, &format!("{name}@example.org"), "member")
            .await
            .unwrap();
        sink.next_mail().await;
        let all_others = "select pg_terminate_backend(pid) from pg_stat_activity
                          where datname = current_database() and pid <> pg_backend_pid()";
        meddle(&world.db, all_others).await;
    }
    jobs.idle().await;
    assert_eq!(
        count(&world.db, "select count(*) from emails where status = 'sent'").await,
        3
    );
    jobs.stop().await;
}
