//! Mail servers that refuse, hang up, fall silent or are away: nothing is lost, nothing comes twice without need, and
//! nobody else waits.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::email::Status;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::Scene;

both_dbs! {
    async fn twenty_mails_outlast_ten_minutes_of_refusals_and_arrive_once(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::reply(Stage::Rcpt, 451, "greylisted"));
        let mut jobs = scene.send_in_time();
        let mut invitations = Vec::new();
        for n in 0..20 {
            invitations.push(scene.invite(&format!("p{n}@example.org")).await);
        }
        let began = world.env.now();
        let deliveries = async || join_all(invitations.iter().map(|one| scene.delivery(one))).await;
        let mut attempts = 0;
        loop {
            attempts += 1;
            // Twenty mails each time, and a sweep between times.
            jobs.settled(21 * attempts - 1).await;
            let now = world.env.now();
            let waiting = deliveries().await;
            for one in &waiting {
                assert_eq!((one.status, one.attempts), (Status::Queued, i64::try_from(attempts).unwrap()));
                assert_eq!((one.last_code, one.last_text.as_deref()), (Some(451), Some("greylisted")));
                // 30 seconds, doubled each time, scattered by a fifth.
                let (pause, usual) = ((one.next_attempt_at - now).num_milliseconds(), 30_000 << (attempts - 1));
                assert!((usual * 4 / 5..=usual * 6 / 5).contains(&pause), "{pause} ms after attempt {attempts}");
            }
            let scattered: BTreeSet<_> = waiting.iter().map(|one| one.next_attempt_at).collect();
            assert!(scattered.len() > 1, "what failed together comes back together");
            let next = scattered.last().expect("twenty times");
            if *next - began > chrono::TimeDelta::minutes(10) {
                scene.sink.clear_scripts();
            }
            // The clock counts microseconds, and a time in the database may be finer.
            let wait = (*next - now).to_std().unwrap() + Duration::from_millis(1);
            world.env.clock().advance(wait);
            jobs.sweep().await;
            if *next - began > chrono::TimeDelta::minutes(10) {
                break;
            }
        }
        assert_eq!(attempts, 5, "after 0, 30, 90, 210 and 450 seconds, more or less");
        jobs.idle().await;
        for one in deliveries().await {
            assert_eq!((one.status, one.attempts, one.last_code), (Status::Sent, 6, Some(250)));
        }
        let ids: BTreeSet<_> = scene.sink.message_ids().into_iter().collect();
        assert_eq!((scene.sink.count(), ids.len(), scene.sink.attempts()), (20, 20, 120));
        jobs.stop().await;
    }

    async fn a_mail_refused_for_good_fails_at_once_and_alone(world: World) {
        for stage in [Stage::Rcpt, Stage::Data, Stage::Body] {
            let scene = Scene::new(&world).await;
            scene.sink.script(Script::reply(stage, 550, "no such user").only_to(|to| to.starts_with("nobody")));
            let mut jobs = scene.send();
            let refused = scene.invite(&format!("nobody.{stage:?}@example.org")).await;
            let taken = scene.invite(&format!("bo.{stage:?}@example.org")).await;
            jobs.idle().await;
            let failed = scene.delivery(&refused).await;
            assert_eq!((failed.status, failed.attempts, failed.last_code), (Status::Failed, 1, Some(550)), "{stage:?}");
            assert_eq!(failed.last_text.as_deref(), Some("no such user"));
            assert_eq!(scene.delivery(&taken).await.status, Status::Sent);
            assert_eq!((scene.sink.count(), scene.sink.attempts()), (1, 2), "{stage:?}");
            jobs.stop().await;
        }
    }

    async fn a_server_that_turns_us_away_fails_no_mail(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::reply(Stage::Connect, 554, "not you").times(1));
        scene.sink.script(Script::reply(Stage::Ehlo, 554, "not you, not today").times(1));
        let mut jobs = scene.send();
        let invitation = scene.invite("bo@example.org").await;
        jobs.idle().await;
        let delivery = scene.delivery(&invitation).await;
        assert_eq!((delivery.status, delivery.attempts), (Status::Sent, 3));
        jobs.stop().await;
    }

    async fn a_connection_dropped_before_the_mail_was_taken_loses_and_repeats_nothing(world: World) {
        let scene = Scene::new(&world).await;
        let stages = [Stage::Connect, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Body];
        for stage in stages {
            scene.sink.script(Script::drop_connection(stage).times(1));
        }
        let mut jobs = scene.send();
        let invitation = scene.invite("bo@example.org").await;
        jobs.idle().await;
        let delivery = scene.delivery(&invitation).await;
        assert_eq!((delivery.status, delivery.attempts), (Status::Sent, 7));
        assert_eq!(scene.sink.count(), 1);
        jobs.stop().await;
    }

    async fn why_a_connection_ended_is_said_in_words(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::drop_connection(Stage::Data).times(1));
        let mut jobs = scene.send_in_time();
        let invitation = scene.invite("bo@example.org").await;
        jobs.settled(1).await;
        let waiting = scene.delivery(&invitation).await;
        assert_eq!((waiting.status, waiting.last_code), (Status::Queued, None));
        let words = waiting.last_text.unwrap();
        assert!(words.starts_with("the mail server hung up"), "{words}");
        jobs.stop().await;
    }

    async fn a_mail_of_unknown_fate_is_repeated_as_it_was(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::keep_and_drop().times(1));
        let mut jobs = scene.send();
        let invitation = scene.invite("bo@example.org").await;
        let (first, second) = (scene.sink.next_mail().await, scene.sink.next_mail().await);
        assert!(first.message_id.is_some());
        assert_eq!((&first.message_id, first.links()), (&second.message_id, second.links()));
        jobs.idle().await;
        assert_eq!(scene.delivery(&invitation).await.status, Status::Sent);
        assert_eq!(scene.sink.count(), 2);
        jobs.stop().await;
    }

    async fn a_mail_server_that_is_down_is_waited_for(world: World) {
        let away = SmtpSink::start().await;
        let (address, url) = (away.address(), away.url());
        away.stop().await;
        let scene = Scene::new(&world).await;
        let mut jobs = scene.send_in_time_to(&url);
        let invitation = scene.invite("bo@example.org").await;
        jobs.settled(1).await;
        let waiting = scene.delivery(&invitation).await;
        assert_eq!((waiting.status, waiting.last_code), (Status::Queued, None));
        let words = waiting.last_text.unwrap();
        assert!(words.starts_with("the mail server could not be reached: "), "{words}");

        let back = SmtpSink::start_on(address).await.unwrap();
        world.env.clock().advance(Duration::from_secs(36));
        jobs.sweep().await;
        back.next_mail().await;
        jobs.idle().await;
        assert_eq!(scene.delivery(&invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn we_give_up_on_a_mail_after_a_day(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::reply(Stage::Data, 452, "mailbox full"));
        let invitation = scene.invite("bo@example.org").await;
        world.env.clock().advance(Duration::from_hours(24) + Duration::from_secs(1));
        let mut jobs = scene.send();
        jobs.idle().await;
        let failed = scene.delivery(&invitation).await;
        assert_eq!((failed.status, failed.attempts, failed.last_code), (Status::Failed, 1, Some(452)));
        jobs.stop().await;
    }

    async fn a_silent_mail_server_does_not_hold_up_other_mails(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::stall(Stage::Rcpt).only_to(|to| to == "slow@example.org").times(1));
        let mut jobs = scene.send();
        let slow = scene.invite("slow@example.org").await;
        scene.sink.stalled().await;
        scene.invite("bo@example.org").await;
        assert_eq!(scene.sink.next_mail().await.to, ["bo@example.org"]);
        assert_eq!(scene.delivery(&slow).await.status, Status::Sending);
        scene.sink.release();
        jobs.idle().await;
        assert_eq!(scene.delivery(&slow).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_mail_server_that_is_silent_or_drips_is_left_in_time(world: World) {
        let scene = Scene::new(&world).await;
        let only = |name: &'static str| move |to: &str| to.starts_with(name);
        for (name, stage) in [("rcpt", Stage::Rcpt), ("data", Stage::Data), ("body", Stage::Body)] {
            scene.sink.script(Script::stall(stage).only_to(only(name)));
        }
        scene.sink.script(Script::drip(Stage::Rcpt, Duration::from_millis(100)).only_to(only("drip")));
        let mut jobs = scene.send_within(Duration::from_millis(500));
        let mut late = Vec::new();
        for name in ["rcpt", "data", "body", "drip"] {
            late.push(scene.invite(&format!("{name}@example.org")).await);
        }
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        assert_eq!(scene.sink.next_mail().await.to, ["bo@example.org"]);
        jobs.settled(5).await;
        for invitation in &late {
            let waiting = scene.delivery(invitation).await;
            assert_eq!((waiting.status, waiting.attempts), (Status::Queued, 1), "{}", invitation.email);
            assert_eq!(waiting.last_text.as_deref(), Some("the mail server did not finish within 0.5 seconds"));
        }
        assert_eq!(scene.sink.count(), 1, "what was not answered was not taken");
        jobs.stop().await;
    }

    async fn a_server_that_never_greets_is_left_in_time(world: World) {
        let scene = Scene::new(&world).await;
        scene.sink.script(Script::stall(Stage::Connect));
        let mut jobs = scene.send_within(Duration::from_millis(300));
        let invitation = scene.invite("bo@example.org").await;
        jobs.settled(1).await;
        assert_eq!(scene.delivery(&invitation).await.status, Status::Queued);
        jobs.stop().await;
    }
}
