//! Whose mail goes first, and what a slow mail server may hold up.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::email::Status;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{Running, count, delivery};
use crate::{ScheduleName, tick};

both_dbs! {
    async fn a_single_mail_does_not_wait_for_all_of_another_team(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        for number in 0..20 {
            world.invite(ada, aurora, &format!("p{number}@many.test"), "member").await.unwrap();
        }
        let (bo, borealis) = world.founder(2, "Bo", "Borealis", "campaigns").await;
        world.invite(bo, borealis, "cy@single.test", "member").await.unwrap();

        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        let order: Vec<_> = sink.mails().into_iter().map(|mail| mail.to[0].clone()).collect();
        let place = order.iter().position(|to| to == "cy@single.test").expect("it was sent");
        // It was asked for last, and is among the first that begin, of which there are as many as places.
        assert!(place < 20, "{order:?}");
        assert_eq!(order.len(), 21);
        jobs.stop().await;
    }

    async fn the_first_mail_of_each_team_has_the_first_turn(world: World) {
        for (user, team) in [(1, "Aurora"), (2, "Borealis")] {
            let (founder, team) = world.founder(user, "Ada", team, "campaigns").await;
            for number in 0..3 {
                world.invite(founder, team, &format!("p{number}@example.org"), "member").await.unwrap();
            }
        }
        for (turn, mails) in [(0, 2), (-1, 2), (-2, 2)] {
            let waiting = format!("select count(*) from JOBS where priority = {turn}");
            assert_eq!(count(&world.db, &waiting).await, mails, "turn {turn}");
        }
    }

    async fn a_server_that_is_silent_about_one_team_holds_up_no_other(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(Stage::Rcpt).only_to(|to| to.ends_with("@silent.test")));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut silent = Vec::new();
        for number in 0..20 {
            silent.push(world.invite(ada, aurora, &format!("p{number}@silent.test"), "member").await.unwrap());
        }
        // Every place is taken by a mail that the server does not answer.
        sink.reached_times(Stage::Rcpt, 16).await;
        let (bo, borealis) = world.founder(2, "Bo", "Borealis", "campaigns").await;
        for name in ["cy", "di", "ed"] {
            world.invite(bo, borealis, &format!("{name}@example.org"), "member").await.unwrap();
            assert_eq!(sink.next_mail().await.to, [format!("{name}@example.org")]);
        }
        sink.clear_scripts();
        sink.release();
        let stalled = "select count(*) from emails where status = 'sending'";
        jobs.until(async || count(&world.db, stalled).await == 0).await;
        world.env.clock().advance(Duration::from_secs(5));
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        jobs.idle().await;
        for invitation in &silent {
            assert_eq!(delivery(&world, invitation).await.status, Status::Sent);
        }
        jobs.stop().await;
    }
}
