//! What happens in a team reaches a program of its own.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use muster_core::both_dbs;
use muster_core::webhook::Reach;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::app::{TestApp, said};

/// A message: its id and what it says.
type Got = (String, Value);

/// A program that takes every message; answers where it is, and what it gets.
async fn receiver() -> (String, mpsc::UnboundedReceiver<Got>) {
    let (told, got) = mpsc::unbounded_channel();
    let take = async |State(told): State<mpsc::UnboundedSender<Got>>, headers: HeaderMap, body: Bytes| {
        let id = headers["webhook-id"].to_str().expect("it is text").to_owned();
        let body = serde_json::from_slice(&body).expect("it is JSON");
        told.send((id, body)).expect("the test listens");
        (StatusCode::OK, "thank you")
    };
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
    let router = Router::new().fallback(take).with_state(told);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, got)
}

async fn next(got: &mut mpsc::UnboundedReceiver<Got>) -> Got {
    let next = tokio::time::timeout(Duration::from_secs(20), got.recv()).await;
    next.expect("a message comes").expect("the receiver is there")
}

both_dbs! {
    async fn what_is_done_in_discord_arrives_at_a_url_of_the_team(world: World) {
        let (url, mut got) = receiver().await;
        let mut world = world;
        world.env = world.env.with_reach(Reach::parse("127.0.0.1").expect("an address"));
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, browser) = app.member(&ada, "Olga", "owner").await;
        app.seated("Bo", "member").await;
        let team = app.team().await;
        let page = browser.open(&format!("/teams/{team}/webhooks")).await;
        let shown = page.submit("Make a webhook", &[("url", &url), ("scope", "all")]).await;
        assert!(shown.body.contains("whsec_"), "{}", shown.text());
        let list = browser.open(&format!("/teams/{team}/webhooks")).await;
        let hook = list.body.split_once(&format!("/teams/{team}/webhooks/")).expect("a link to it").1;
        let hook = format!("/teams/{team}/webhooks/{}", &hook[..26]);

        browser.open(&hook).await.submit("Send a test", &[]).await;
        assert_eq!(next(&mut got).await.1["type"], "webhook.test");
        said(ada.slash("/member role member:Bo role:viewer").await);
        let (id, told) = next(&mut got).await;
        assert_eq!((&told["type"], &told["data"]["subject"]), (&"member.role_changed".into(), &"Bo".into()));
        assert_eq!(told["data"]["actor"]["name"], "Ada");
        app.settle().await;
        let page = browser.open(&hook).await;
        assert!(page.text().contains("Role changes"), "{}", page.text());
        assert_eq!(page.body.matches(">Delivered<").count(), 2);
        let message = format!("{hook}/deliveries/{}", id.strip_prefix("msg_").expect("our form of id"));
        let page = browser.open(&message).await;
        assert!(page.text().contains("thank you"), "{}", page.text());
        page.submit("Send it again", &[]).await;
        assert_eq!(next(&mut got).await, (id, told));
        let log = said(ada.slash("/activity log type:webhook.created").await);
        assert!(log.text().contains("Olga made a webhook to `127.0.0.1`"), "{}", log.text());
        app.end().await;
    }
}
