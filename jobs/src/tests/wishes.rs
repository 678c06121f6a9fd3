//! Mails about invitations that wait for an answer: the reminder, and the wish to get none.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::email::{Kind, Status};
use muster_core::suppression;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{Running, deliveries};
use crate::{ScheduleName, tick};

both_dbs! {
    async fn a_reminder_has_the_same_link_and_a_button_for_mail_programs(world: World) {
        let (ada, team) = world.founder(1, "Ada Park", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        sink.next_mail().await;
        world.env.clock().advance(Duration::from_hours(6 * 24));
        tick(&jobs.context, ScheduleName::RemindPending, world.env.now()).await.unwrap();

        let mail = sink.next_mail().await;
        assert!(mail.subject.contains("Your invitation to Aurora ends"), "{}", mail.subject);
        let link = format!("https://muster.example/i/{}", world.mailed_token(&invitation));
        let stop = format!("{link}/stop");
        for part in [&mail.text, &mail.html] {
            for words in ["Ada Park", "Member", &link, &stop, "Sunday, 29 November 2026, 09:00 UTC"] {
                assert!(part.contains(words), "no {words:?} in {part}");
            }
        }
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        for header in [format!("List-Unsubscribe: <{stop}>"), "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned()] {
            assert!(raw.lines().any(|line| line == header), "no {header} in {raw}");
        }
        jobs.idle().await;
        let kinds: Vec<_> = deliveries(&world, &invitation).await.iter().map(|mail| (mail.kind, mail.status)).collect();
        assert_eq!(kinds, [(Kind::Invitation, Status::Sent), (Kind::Reminder, Status::Sent)]);
        tick(&jobs.context, ScheduleName::RemindPending, world.env.now() + Duration::from_secs(1)).await.unwrap();
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 2);
        jobs.stop().await;
    }

    async fn nothing_leaves_for_an_address_that_wants_no_invitations(world: World) {
        let mut teams = Vec::new();
        for n in 1..=10 {
            teams.push(world.founder(n, "Ada", &format!("Team {n}"), "campaigns").await);
        }
        let (actor, team) = teams.remove(0);
        let first = world.invite(actor, team, "bo@example.org", "member").await.unwrap();
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        sink.next_mail().await;
        // The mail server is away for as long as they are asked for.
        sink.script(Script::reply(Stage::Rcpt, 451, "later"));
        for (actor, team) in teams {
            world.invite(actor, team, "bo@example.org", "member").await.unwrap();
        }
        let mut tx = world.db.write().await.unwrap();
        suppression::stop(&mut tx, &world.env, &world.mailed_token(&first)).await.unwrap();
        tx.commit().await.unwrap();
        jobs.idle().await;
        sink.clear_scripts();
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        jobs.idle().await;
        assert_eq!(sink.mails().len(), 1, "the first one, of before");
        jobs.stop().await;
    }
}
