//! What arrives at the mail server, and what the mail's row says about it.

use std::time::Duration;

use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::email::Status;
use muster_core::error::Error;
use muster_core::invitation::accept::Accepter;
use muster_core::locale::Locale;

use super::support::{Running, Scene, context, deliveries, impatient};

both_dbs! {
    async fn an_invitation_arrives_with_its_link(world: World) {
        let scene = Scene::named(&world, "Ada Park", "Aurora").await;
        let mut jobs = scene.send();
        let invitation = scene.invite("bo@example.org").await;

        let mail = scene.sink.next_mail().await;
        assert_eq!(mail.subject, "Ada Park invited you to Aurora");
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("team@muster.test", &["bo@example.org".to_owned()][..]));
        assert_eq!(mail.from_header, "Muster <team@muster.test>");
        let link = format!("https://muster.example/i/{}", world.mailed_token(&invitation));
        let stop = format!("{link}/stop");
        assert_eq!(mail.links(), [link.as_str(), stop.as_str()]);
        for part in [&mail.text, &mail.html] {
            for words in ["Ada Park", "Aurora", "Member", &link, &stop, "Never mail me again", "Sunday, 29 November 2026, 09:00 UTC", "ignore this mail"] {
                assert!(part.contains(words), "no {words:?} in {part}");
            }
        }
        assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert_eq!(mail.header("List-Unsubscribe"), None, "it is no mailing list");
        assert_eq!(mail.header("Date").as_deref(), Some("Sun, 22 Nov 2026 09:00:00 +0000"));
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert_eq!(raw.matches("Content-Transfer-Encoding: quoted-printable").count(), 2, "{raw}");

        jobs.idle().await;
        let delivery = scene.delivery(&invitation).await;
        assert_eq!((delivery.status, delivery.attempts, delivery.last_code), (Status::Sent, 1, Some(250)));
        assert_eq!(mail.message_id, Some(format!("{}@muster.test", delivery.id)));
        assert_eq!(scene.sink.mails().len(), 1);
        jobs.stop().await;
    }

    async fn a_note_and_names_are_text_and_nothing_else(world: World) {
        let scene = Scene::named(&world, "Zoë <i>Ada</i> & \"Co\"", "<b>Aurora</b>").await;
        let jobs = scene.send();
        scene.invite_with_note("bo@example.org", "Hi Bo,\n<script>alert(1)</script>\n.\nsee you").await;

        let mail = scene.sink.next_mail().await;
        assert_eq!(mail.subject, "Zoë <i>Ada</i> & \"Co\" invited you to <b>Aurora</b>");
        assert!(mail.text.contains("> Hi Bo,\n> <script>alert(1)</script>\n> .\n> see you\n"), "{}", mail.text);
        for raw in ["<script", "<b>", "<i>"] {
            assert!(!mail.html.contains(raw), "{raw} in {}", mail.html);
        }
        assert!(mail.html.contains("alert(1)") && mail.html.contains("see you"));
        jobs.stop().await;
    }

    async fn a_revoked_invitation_is_not_mailed(world: World) {
        let scene = Scene::new(&world).await;
        let invitation = scene.invite("bo@example.org").await;
        world.revoke(scene.ada, scene.team, invitation.id).await.unwrap();
        let mut jobs = scene.send();
        jobs.idle().await;
        assert_eq!(scene.delivery(&invitation).await.status, Status::Cancelled);
        assert_eq!(scene.sink.attempts(), 0);
        jobs.stop().await;
    }

    async fn an_expired_invitation_is_not_mailed(world: World) {
        let scene = Scene::new(&world).await;
        let invitation = scene.invite("bo@example.org").await;
        world.env.clock().advance(Duration::from_hours(7 * 24));
        let mut jobs = scene.send();
        jobs.idle().await;
        assert_eq!(scene.delivery(&invitation).await.status, Status::Cancelled);
        assert_eq!(scene.sink.attempts(), 0);
        jobs.stop().await;
    }

    async fn fifty_resends_at_once_mail_once(world: World) {
        let scene = Scene::new(&world).await;
        let mut jobs = scene.send();
        let invitation = scene.invite("bo@example.org").await;
        let first = scene.sink.next_mail().await;
        world.env.clock().advance(Duration::from_mins(1));
        let resends = join_all((0..50).map(|_| world.resend(scene.ada, scene.team, invitation.id))).await;
        let refused: Vec<_> = resends.iter().filter_map(|resent| resent.as_ref().err()).map(Error::code).collect();
        assert_eq!(refused, ["COOLDOWN"; 49]);

        let second = scene.sink.next_mail().await;
        jobs.idle().await;
        assert_eq!(scene.sink.count(), 2);
        assert_eq!(first.links(), second.links(), "the same link");
        assert_ne!(first.message_id, second.message_id, "a mail of its own");
        assert_eq!(deliveries(&world, &invitation).await.len(), 2);
        jobs.stop().await;
    }

    async fn whoever_is_invited_again_before_the_mail_left_gets_the_new_link_only(world: World) {
        let scene = Scene::new(&world).await;
        let old = scene.invite("bo@example.org").await;
        world.env.clock().advance(Duration::from_mins(1));
        let new = scene.invite("bo@example.org").await;
        let mut jobs = scene.send();
        let mail = scene.sink.next_mail().await;
        let link = format!("https://muster.example/i/{}", world.mailed_token(&new));
        assert_eq!(mail.links(), [link.clone(), format!("{link}/stop")]);
        jobs.idle().await;
        assert_eq!((scene.sink.attempts(), scene.delivery(&old).await.status), (1, Status::Cancelled));

        let bo = || Accepter::New { name: "Bo", locale: Locale::EnUs, password_hash: "a hash" };
        assert!(world.accept(&world.mailed_token(&old), bo()).await.is_err());
        world.accept(&world.mailed_token(&new), bo()).await.unwrap();
        jobs.stop().await;
    }

    async fn without_a_mail_server_mails_become_files(world: World) {
        let scene = Scene::new(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let mut context = context(&world.db, &world, "smtp://127.0.0.1:1?tls=none");
        context.mailer = crate::Mailer::from_url(None, "team@muster.test", &outbox).unwrap();
        let mut jobs = Running::start_with(context, impatient(), crate::perform);
        let invitation = scene.invite("bo@example.org").await;
        jobs.idle().await;
        let delivery = scene.delivery(&invitation).await;
        assert_eq!(delivery.status, Status::Sent);
        let file = std::fs::read_to_string(outbox.join(format!("{}@muster.test.eml", delivery.id))).unwrap();
        assert!(file.contains("Subject: Ada invited you to Aurora"), "{file}");
        jobs.stop().await;
    }
}
