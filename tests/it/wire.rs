//! Trouble on the way to Discord, and the program as a process.

use std::time::Duration;

use discord_sim::{Fault, Reply};
use muster_core::both_dbs;

use crate::app::{TestApp, said};

both_dbs! {
    async fn commands_are_registered_once_and_only_again_when_they_change(world: World) {
        let mut app = TestApp::start(world).await;
        assert_eq!(app.sim.command_registrations(), 1);
        app.restart().await;
        assert_eq!(app.sim.command_registrations(), 1, "nothing has changed");
        app.end().await;
    }

    async fn a_button_from_before_a_restart_still_works(world: World) {
        let mut app = TestApp::start(world).await;
        let ada = app.owner().await;
        let review = app.review(&ada, "bo@example.org", "member").await;
        app.restart().await;
        let sent = said(ada.click(&review, "Send 1 invitation").await);
        assert!(sent.text().contains("1 invitation sent"), "{}", sent.text());
        app.mail_to("bo@example.org").await;
        app.end().await;
    }

    async fn an_unknown_button_gets_an_answer(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let list = said(ada.slash("/member list").await);
        for id in ["v0|members", "v1|members|x", "v9|anything", "x"] {
            let card = said(ada.forge_click(&list, id).await);
            assert!(card.text().contains("earlier version"), "{id}: {}", card.text());
        }
        app.sim.take_complaints();
        app.end().await;
    }

    async fn the_bot_comes_back_and_the_pages_stay_up(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.sim.faults().reconnect();
        app.sim.wait_resumptions(1).await.expect("it resumes");
        app.sim.faults().close_gateway(4000);
        app.sim.wait_resumptions(2).await.expect("it resumes again");
        assert_eq!(app.browser().open("/health/ready").await.status, 200);
        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("1 member"), "{}", list.text());
        app.end().await;
    }

    async fn a_connection_that_ends_without_a_word_stalls_no_page(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        // serenity looks up from a close without a code at its next beat only, and listens to how often that is when a
        // session begins. The next one beats often.
        app.sim.faults().heartbeat_every(Duration::from_millis(500));
        app.sim.faults().invalid_session(false);
        app.sim.wait_identifications(2).await.expect("it begins anew");
        app.sim.wait_ready().await.expect("it is there");
        for trouble in ["closed without a code", "dropped"] {
            let (resumed, begun) = (app.sim.resumptions(), app.sim.identifications());
            match trouble {
                "dropped" => app.sim.faults().drop_gateway(),
                _ => app.sim.faults().close_gateway_without_code(),
            };
            assert_eq!(app.browser().open("/health/ready").await.status, 200, "{trouble}");
            tokio::select! {
                Ok(()) = app.sim.wait_resumptions(resumed + 1) => {}
                Ok(()) = app.sim.wait_identifications(begun + 1) => {}
                else => panic!("{trouble}: it does not come back"),
            }
            let list = said(ada.slash("/member list").await);
            assert!(list.text().contains("1 member"), "{trouble}: {}", list.text());
        }
        app.end().await;
    }

    async fn a_session_that_discord_has_forgotten_begins_anew(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.sim.faults().invalid_session(false);
        app.sim.wait_identifications(2).await.expect("it begins anew");
        app.sim.wait_ready().await.expect("it is there");
        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("1 member"), "{}", list.text());
        app.end().await;
    }

    async fn intents_that_discord_does_not_grant_end_the_bot_and_nothing_else(world: World) {
        let app = TestApp::start(world).await;
        app.owner().await;
        app.sim.faults().close_gateway(4014);
        app.sim.wait_offline().await.expect("the bot goes");
        assert_eq!(app.browser().open("/health/ready").await.status, 200);
        app.end().await;
    }

    async fn a_refused_token_ends_the_bot_and_nothing_else(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.sim.faults().close_gateway(4004);
        app.sim.wait_offline().await.expect("the bot goes");
        assert_eq!(app.browser().open("/health/ready").await.status, 200);
        assert!(ada.slash("/member list").await.is_err(), "nobody answers");
        app.end().await;
    }

    async fn what_is_done_stays_done_when_the_answer_is_lost(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let review = app.review(&ada, "bo@example.org", "member").await;
        app.sim.set_patience(Duration::from_millis(300));
        app.sim.faults().next(10, "PATCH", "/webhooks/*", Fault::Status(503));
        let answer = ada.click(&review, "Send 1 invitation").await;
        assert!(!matches!(answer, Ok(Reply::Updated(_) | Reply::Message(_))), "Discord lost the answer: {answer:?}");
        app.sim.faults().clear();
        app.sim.set_patience(Duration::from_secs(20));
        app.mail_to("bo@example.org").await;
        let list = said(ada.slash("/invite list").await);
        assert!(list.text().contains("bo@example.org · Pending"), "{}", list.text());
        app.end().await;
    }
}
