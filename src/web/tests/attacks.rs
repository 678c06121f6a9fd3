//! What somebody tries who is not who they say, at the pages for accepting, signing in and linking.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::invitation::Status;
use muster_core::testing::World;

use super::fake_discord::FakeDiscord;
use super::support::{Browser, HERE, PASSWORD, send, site, site_with, stored_status};
use crate::web::client::Peer;

/// A browser that comes with secrets somebody else has chosen.
fn with_fixed(site: &Router) -> Browser {
    let mut browser = Browser::new(site);
    for name in ["muster", "muster-form"] {
        browser.cookies.insert(name.to_owned(), "A".repeat(43));
    }
    browser
}

/// Everything in the log of every team and how far an invitation is, to be compared.
async fn all(world: &World, team: muster_core::ids::TeamId) -> String {
    let log: Vec<_> = world
        .log(team)
        .await
        .into_iter()
        .map(|entry| (entry.seq, entry.kind))
        .collect();
    format!("{log:?}")
}

both_dbs! {
    /// Attack 33.
    async fn whatever_begins_a_session_gives_the_browser_a_secret_of_its_own(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let accept = format!("/i/{}", world.mailed_token(&invitation));
        world.forget("bo@example.org", &muster_core::testing::accounts::somewhere()).await.unwrap();
        let reset = format!("/reset/{}", world.reset_token("bo@example.org").await);
        let (discord, oauth) = FakeDiscord::start().await;
        let site = site_with(&world, Some(oauth));
        let (name, password, email) = (("name", "Cy"), ("password", PASSWORD), ("email", "bo@example.org"));
        for (path, fields) in [
            (accept.as_str(), vec![name, password]),
            (reset.as_str(), vec![password]),
            ("/login", vec![email, password]),
        ] {
            let mut browser = with_fixed(&site);
            let fixed = browser.cookies.clone();
            browser.get(path).await;
            browser.post(path, &fields).await.location();
            assert_ne!(browser.cookies["muster"], fixed["muster"], "{path}");
            browser.get("/account").await.says(200, "Your account");
            let mut attacker = with_fixed(&site);
            assert!(attacker.get("/account").await.location().starts_with("/login"), "{path}");
            // And what it had before a link is confirmed opens nothing afterwards.
            if path == "/login" {
                let before = browser.cookies.clone();
                let start = browser.post("/account/link", &[]).await.location().to_owned();
                browser.get(&start).await;
                let leaving = browser.post(&start, &[]).await;
                let back = browser.get(&discord.allow(9, &leaving)).await;
                browser.follow(&back).await;
                browser.post(&format!("{}/confirm", back.location()), &[]).await.location();
                let mut thief = Browser::new(&site);
                thief.cookies = before;
                assert!(thief.get("/account").await.location().starts_with("/login"));
            }
        }
    }

    /// Attack 10: an account that only says that the address is its own.
    async fn whoever_has_not_shown_that_an_address_is_theirs_accepts_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let eve = world.joined(ada, team, "eve@example.org", "Eve", "member").await;
        world.ask_for_address(eve.account, "bo@example.org").await.unwrap();
        let invitation = world.invite(ada, team, "bo@example.org", "owner").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut eve = Browser::signed_in(&site(&world), "eve@example.org", "password of Eve").await;
        eve.get(&path).await.says(403, "signed in as <strong>eve@example.org</strong>");
        eve.post(&path, &[]).await.says(403, "Sign out and continue");
        // Attack 8: neither does a form that names another address, in whatever way.
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        for extra in ["email", "email[]", "Email", "email_key", "address", "invitation_id", "team", "token"] {
            let fields = [("name", "Bo"), ("password", PASSWORD), (extra, "eve@example.org")];
            bo.post(&path, &fields).await.says(422, "FORM-BAD");
        }
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
    }

    /// Attacks 12 and 13: every page that a mail leads to, opened by scanners a hundred times, and with tokens of another kind.
    async fn links_in_mails_are_opened_by_anybody_and_nothing_happens(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        world.forget("bo@example.org", &muster_core::testing::accounts::somewhere()).await.unwrap();
        world.ask_for_address(bo.account, "bo@example.net").await.unwrap();
        let invited = world.mailed_token(&invitation);
        let (reset, verify) = (world.reset_token("bo@example.org").await, world.address_token("bo@example.net").await);
        let site = site(&world);
        let paths = [format!("/i/{invited}"), format!("/i/{invited}/stop"), format!("/reset/{reset}"), format!("/verify/{verify}")];
        let before = all(&world, team).await;
        for _ in 0..50 {
            for (method, path) in [Method::GET, Method::HEAD].into_iter().flat_map(|method| paths.iter().map(move |path| (method.clone(), path))) {
                let request = Request::builder().method(&method).uri(path).body(Body::empty()).unwrap();
                assert_eq!(send(&site, request).await.status, 200, "{method} {path}");
            }
        }
        assert_eq!(all(&world, team).await, before);
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
        for path in ["/i/", "/reset/", "/verify/", "/join/"] {
            let own = [("/i/", &invited), ("/reset/", &reset), ("/verify/", &verify)];
            for (_, token) in own.into_iter().filter(|(of, _)| *of != path) {
                assert!(Browser::new(&site).get(&format!("{path}{token}")).await.status.is_client_error(), "{path} with another's token");
            }
            assert_eq!(Browser::new(&site).get(path).await.status, 404, "{path}");
        }
        // They still do what they are for.
        let mut bo = Browser::new(&site);
        bo.get(&paths[2]).await;
        bo.post(&paths[2], &[("password", PASSWORD)]).await.location();
        // A new password takes back what was asked for before it.
        assert!(bo.get(&paths[3]).await.status.is_client_error());
        let mut cy = Browser::new(&site);
        cy.get(&paths[0]).await;
        cy.post(&paths[0], &[("name", "Cy"), ("password", PASSWORD)]).await.location();
    }

    /// Attacks 39 and 43.
    async fn of_fifty_who_come_back_and_fifty_who_confirm_one_is_linked(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let (discord, oauth) = FakeDiscord::start().await;
        let site = site_with(&world, Some(oauth));
        let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        bo.get("/account").await;
        let start = bo.post("/account/link", &[]).await.location().to_owned();
        bo.get(&start).await;
        // Before both names were shown there is nothing to confirm.
        bo.post(&format!("{start}/confirm"), &[]).await.says(410, "LINK-DEAD");
        let leaving = bo.post(&start, &[]).await;
        bo.post(&format!("{start}/confirm"), &[]).await.says(410, "LINK-DEAD");
        let callback = discord.allow(9, &leaving);
        let backs = join_all((0..50).map(|_| {
            let (mut bo, callback) = (bo.clone(), callback.clone());
            async move { bo.get(&callback).await }
        }))
        .await;
        let (good, dead): (Vec<_>, Vec<_>) = backs.into_iter().partition(|back| back.status == 303);
        assert_eq!((good.len(), dead.len()), (1, 49));
        assert!(dead.iter().all(|back| back.status == 410));
        let confirm = format!("{}/confirm", good[0].location());
        bo.get("/account").await.says(200, "Not linked");
        let confirmed = join_all((0..50).map(|_| {
            let (mut bo, confirm) = (bo.clone(), confirm.clone());
            async move { bo.post(&confirm, &[]).await }
        }))
        .await;
        let done = confirmed.iter().filter(|answer| answer.status == 303 && answer.location() == "/link/done").count();
        assert_eq!(done, 1);
        let linked = world.log(team).await.into_iter().filter(|entry| entry.kind == muster_core::activity::Kind::DiscordLinked).count();
        assert_eq!(linked, 1);
    }

    /// Attack 71: a whole network of IPv6 is one place, for every process and after a restart.
    async fn neither_neighbours_nor_replicas_nor_restarts_forget(world: World) {
        let replicas = [site(&world), site(&world)];
        let mut anybody = Browser::new(&replicas[0]);
        anybody.get("/login").await;
        let ask = async |site: &Router, n: u32, from: String| {
            let body = format!("form_token={}&email=p{n}%40example.org&password=wrong", anybody.form_token);
            let mut request: Request<Body> = anybody
                .form("/login")
                .header("origin", HERE)
                .header("x-forwarded-for", format!("198.51.100.{n}"))
                .body(body.into())
                .unwrap();
            request.extensions_mut().insert(Peer(from.parse().unwrap()));
            send(site, request).await.status.as_u16()
        };
        for n in 0..100 {
            let from = format!("2001:db8:7:7::{n:x}");
            assert_eq!(ask(&replicas[n as usize % 2], n, from).await, 422, "{n}");
        }
        assert_eq!(ask(&replicas[0], 100, "2001:db8:7:7:ffff::1".to_owned()).await, 429);
        assert_eq!(ask(&replicas[1], 101, "2001:db8:7:7::1".to_owned()).await, 429);
        assert_eq!(ask(&site(&world), 102, "2001:db8:7:7::2".to_owned()).await, 429, "after a restart");
        assert_eq!(ask(&replicas[0], 103, "2001:db8:7:8::1".to_owned()).await, 422, "another network");
    }
}
