//! What arrives at the mail server, and what the mail's row says about it.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_core::both_dbs;
use muster_core::email::Status;
use muster_core::invitation::{self, NewInvitation};
use muster_core::policy::{Permission, RoleKey};
use muster_core::text::EmailAddress;
use smtp_sink::{Script, SmtpSink, Stage};

use super::support::{Running, context, delivery, impatient};
use crate::{Options, ScheduleName, tick};

both_dbs! {
    async fn an_invitation_arrives_with_its_link(world: World) {
        let sink = SmtpSink::start().await;
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada Park", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();

        let mail = sink.next_mail().await;
        assert_eq!(mail.subject, "Ada Park invited you to Aurora");
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("team@muster.test", &["bo@example.org".to_owned()][..]));
        assert_eq!(mail.from_header, "Muster <team@muster.test>");
        let link = format!("https://muster.example/i/{}", world.mailed_token(&invitation));
        assert_eq!(mail.links(), [link.clone(), format!("{link}/stop")]);
        for part in [&mail.text, &mail.html] {
            for words in ["Ada Park", "Aurora", "Member", &link, "Sunday, 29 November 2026, 09:00 UTC", "ignore this mail"] {
                assert!(part.contains(words), "no {words:?} in {part}");
            }
        }
        assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert_eq!(mail.header("Date").as_deref(), Some("Sun, 22 Nov 2026 09:00:00 +0000"));
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert_eq!(raw.matches("Content-Transfer-Encoding: quoted-printable").count(), 2, "{raw}");

        jobs.idle().await;
        let delivery = delivery(&world, &invitation).await;
        assert_eq!((delivery.status, delivery.attempts, delivery.last_code), (Status::Sent, 1, Some(250)));
        assert_eq!(mail.message_id, Some(format!("{}@muster.test", delivery.id)));
        assert_eq!(sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn a_note_and_names_are_text_and_nothing_else(world: World) {
        let sink = SmtpSink::start().await;
        let jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Zoë <i>Ada</i> & \"Co\"", "<b>Aurora</b>", "campaigns").await;
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, Permission::MembersInvite).await.unwrap();
        let new = NewInvitation {
            email: EmailAddress::parse("bo@example.org").unwrap(),
            role: RoleKey::parse("member").unwrap(),
            details: BTreeMap::new(),
            note: Some("Hi Bo,\n<script>alert(1)</script>\n.\nsee you".to_owned()),
        };
        invitation::send(&mut tx, &world.env, &grant, new).await.unwrap();
        tx.commit().await.unwrap();

        let mail = sink.next_mail().await;
        assert_eq!(mail.subject, "Zoë <i>Ada</i> & \"Co\" invited you to <b>Aurora</b>");
        assert!(mail.text.contains("> Hi Bo,\n> <script>alert(1)</script>\n> .\n> see you\n"), "{}", mail.text);
        for raw in ["<script", "<b>", "<i>"] {
            assert!(!mail.html.contains(raw), "{raw} in {}", mail.html);
        }
        assert!(mail.html.contains("alert(1)") && mail.html.contains("see you"));
        jobs.stop().await;
    }

    async fn a_mail_refused_for_now_arrives_once(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Rcpt, 451, "greylisted").times(1));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        let delivery = delivery(&world, &invitation).await;
        assert_eq!((delivery.status, delivery.attempts), (Status::Sent, 2));
        assert_eq!((sink.mails().len(), sink.attempts()), (1, 2));
        jobs.stop().await;
    }

    async fn a_mail_waits_for_its_next_try_by_our_clock(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Rcpt, 451, "greylisted").times(1));
        let options = Options { schedule: false, ..Options::default() };
        let mut jobs = Running::start_with(context(&world.db, &world, &sink.url()), options, crate::perform);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.settled(1).await;
        let waiting = delivery(&world, &invitation).await;
        assert_eq!((waiting.status, waiting.last_code), (Status::Queued, Some(451)));
        assert_eq!(waiting.last_text.as_deref(), Some("greylisted"));
        let pause = (waiting.next_attempt_at - world.env.now()).num_milliseconds();
        assert!((24_000..=36_000).contains(&pause), "{pause} ms");

        world.env.clock().advance(Duration::from_secs(36));
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_mail_refused_for_good_fails_at_once_and_alone(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Rcpt, 550, "no such user").only_to(|to| to == "nobody@example.org"));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let refused = world.invite(ada, team, "nobody@example.org", "member").await.unwrap();
        let taken = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.idle().await;
        let failed = delivery(&world, &refused).await;
        assert_eq!((failed.status, failed.attempts, failed.last_code), (Status::Failed, 1, Some(550)));
        assert_eq!(failed.last_text.as_deref(), Some("no such user"));
        assert_eq!(delivery(&world, &taken).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_server_that_turns_us_away_fails_no_mail(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Ehlo, 554, "not you, not today").times(1));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn a_connection_dropped_before_the_mail_loses_nothing(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::drop_connection(Stage::Data).times(1));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        assert_eq!(sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn a_mail_of_unknown_fate_is_repeated_as_it_was(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::keep_and_drop().times(1));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let (first, second) = (sink.next_mail().await, sink.next_mail().await);
        assert!(first.message_id.is_some());
        assert_eq!((&first.message_id, first.links()), (&second.message_id, second.links()));
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        assert_eq!(sink.mails().len(), 2);
        jobs.stop().await;
    }

    async fn a_mail_server_that_is_down_is_waited_for(world: World) {
        let sink = SmtpSink::start().await;
        let (address, url) = (sink.address(), sink.url());
        sink.stop().await;
        let options = Options { schedule: false, ..Options::default() };
        let mut jobs = Running::start_with(context(&world.db, &world, &url), options, crate::perform);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.settled(1).await;
        let waiting = delivery(&world, &invitation).await;
        assert_eq!((waiting.status, waiting.last_code), (Status::Queued, None));

        let sink = SmtpSink::start_on(address).await.unwrap();
        world.env.clock().advance(Duration::from_secs(36));
        tick(&jobs.context, ScheduleName::SweepEmails, world.env.now()).await.unwrap();
        sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn nothing_leaves_in_the_clear_when_tls_is_required(world: World) {
        let sink = SmtpSink::start().await;
        let url = sink.url().replace("?tls=none", "");
        let options = Options { schedule: false, ..Options::default() };
        let mut jobs = Running::start_with(context(&world.db, &world, &url), options, crate::perform);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.settled(1).await;
        let waiting = delivery(&world, &invitation).await;
        assert_eq!(waiting.status, Status::Queued);
        assert!(waiting.last_text.unwrap().contains("STARTTLS"));
        assert_eq!((sink.sessions(), sink.attempts()), (1, 0));
        jobs.stop().await;
    }

    async fn we_give_up_on_a_mail_after_a_day(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::reply(Stage::Data, 452, "mailbox full"));
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_hours(24) + Duration::from_secs(1));
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        let failed = delivery(&world, &invitation).await;
        assert_eq!((failed.status, failed.attempts, failed.last_code), (Status::Failed, 1, Some(452)));
        jobs.stop().await;
    }

    async fn a_revoked_invitation_is_not_mailed(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.revoke(ada, team, invitation.id).await.unwrap();
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Cancelled);
        assert_eq!(sink.attempts(), 0);
        jobs.stop().await;
    }

    async fn an_expired_invitation_is_not_mailed(world: World) {
        let sink = SmtpSink::start().await;
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_hours(7 * 24));
        let mut jobs = Running::start(&world, &sink.url());
        jobs.idle().await;
        assert_eq!(delivery(&world, &invitation).await.status, Status::Cancelled);
        assert_eq!(sink.attempts(), 0);
        jobs.stop().await;
    }

    async fn a_silent_mail_server_does_not_hold_up_other_mails(world: World) {
        let sink = SmtpSink::start().await;
        sink.script(Script::stall(Stage::Rcpt).only_to(|to| to == "slow@example.org").times(1));
        let mut jobs = Running::start(&world, &sink.url());
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let slow = world.invite(ada, team, "slow@example.org", "member").await.unwrap();
        sink.stalled().await;
        world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        assert_eq!(sink.next_mail().await.to, ["bo@example.org"]);
        assert_eq!(delivery(&world, &slow).await.status, Status::Sending);
        sink.release();
        jobs.idle().await;
        assert_eq!(delivery(&world, &slow).await.status, Status::Sent);
        jobs.stop().await;
    }

    async fn without_a_mail_server_mails_become_files(world: World) {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let mut context = context(&world.db, &world, "smtp://127.0.0.1:1?tls=none");
        context.mailer = crate::Mailer::from_url(None, "team@muster.test", &outbox).unwrap();
        let mut jobs = Running::start_with(context, impatient(), crate::perform);
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        jobs.idle().await;
        let delivery = delivery(&world, &invitation).await;
        assert_eq!(delivery.status, Status::Sent);
        let file = std::fs::read_to_string(outbox.join(format!("{}@muster.test.eml", delivery.id))).unwrap();
        assert!(file.contains("Subject: Ada invited you to Aurora"), "{file}");
        jobs.stop().await;
    }
}
