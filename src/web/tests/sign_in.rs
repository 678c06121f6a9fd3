//! Signing in and out.

use std::time::Duration;

use axum::http::header;
use muster_core::both_dbs;
use muster_core::session;
use muster_core::testing::World;

use super::support::{Browser, site};

/// Waits until it is written down that a browser's session is in use.
async fn noted(world: &World, browser: &Browser) {
    let stale = async || {
        let mut tx = world.db.read().await.unwrap();
        let found = session::find(&mut tx, &world.env, &browser.cookies["muster"]).await;
        found.unwrap().expect("the session is alive").stale
    };
    let written = async {
        while stale().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written)
        .await
        .expect("the use of the session is noted");
}

both_dbs! {
    async fn a_wrong_password_and_an_unknown_address_look_the_same(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut anybody = Browser::new(&site(&world));
        anybody.get("/login").await;
        let known = anybody.post("/login", &[("email", "bo@example.org"), ("password", "wrong")]).await;
        let unknown = anybody.post("/login", &[("email", "cy@example.org"), ("password", "wrong")]).await;
        known.says(422, "Email address or password are not right.");
        assert_eq!(known.status, unknown.status);
        assert_eq!(known.body.replace("bo@example.org", "…"), unknown.body.replace("cy@example.org", "…"));
        assert_eq!(known.headers, unknown.headers);
        assert!(known.body.contains("value=\"bo@example.org\"") && !known.body.contains("wrong"));
        anybody.post("/login", &[("email", "bo"), ("password", "wrong")]).await.says(422, "id=\"email-error\"");
    }

    async fn an_address_rests_after_ten_attempts(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut anybody = Browser::new(&site(&world));
        anybody.get("/login").await;
        for address in ["bo@example.org", "nobody@example.org"] {
            for _ in 0..10 {
                anybody.post("/login", &[("email", address), ("password", "wrong")]).await.says(422, "not right");
            }
            let refused = anybody.post("/login", &[("email", address), ("password", "password of Bo")]).await;
            refused.says(429, "Too many attempts for this address. Try again in 15 minutes (22 November 2026, 09:15 UTC).");
            assert_eq!(refused.headers[header::RETRY_AFTER], "901");
        }
        world.env.clock().advance(Duration::from_mins(15));
        Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
    }

    async fn signing_in_changes_the_secret_and_signing_out_ends_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let site = site(&world);
        let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        let first = bo.cookies["muster"].clone();
        bo.get("/account").await.says(200, "bo@example.org");
        bo.post("/login", &[("email", "BO@example.org"), ("password", "password of Bo")]).await;
        assert_ne!(bo.cookies["muster"], first);
        let mut thief = Browser::new(&site);
        thief.cookies.insert("muster".to_owned(), first);
        assert_eq!(thief.get("/account").await.location(), "/login?next=%2Faccount");

        let last = bo.cookies["muster"].clone();
        bo.get("/account").await;
        assert_eq!(bo.post("/logout", &[]).await.location(), "/");
        assert!(!bo.cookies.contains_key("muster"));
        thief.cookies.insert("muster".to_owned(), last);
        assert!(thief.get("/account").await.location().starts_with("/login"));
    }

    async fn a_secret_chosen_by_somebody_else_is_not_kept(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut bo = Browser::new(&site(&world));
        let fixed = "A".repeat(43);
        bo.cookies.insert("muster".to_owned(), fixed.clone());
        bo.get("/login").await;
        bo.post("/login", &[("email", "bo@example.org"), ("password", "password of Bo")]).await;
        assert_ne!(bo.cookies["muster"], fixed);
        bo.get("/account").await.says(200, "bo@example.org");
    }

    async fn signing_in_leads_back_to_pages_of_ours_only(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let site = site(&world);
        let wanted = format!("/teams/{team}");
        for (next, leads_to) in [
            (wanted.as_str(), wanted.as_str()),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example/", "/"),
            ("/\t/evil.example", "/"),
        ] {
            let mut bo = Browser::new(&site);
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let page = bo.get(&format!("/login?next={query}")).await;
            assert_eq!(page.body.contains("name=\"next\""), leads_to != "/", "{next:?}");
            let fields = [("email", "bo@example.org"), ("password", "password of Bo"), ("next", next)];
            assert_eq!(bo.post("/login", &fields).await.location(), leads_to, "{next:?}");
            assert_eq!(bo.get(&format!("/login?next={query}")).await.location(), leads_to, "{next:?}");
        }
    }

    async fn a_session_ends_a_day_after_its_last_use(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
        for _ in 0..3 {
            world.env.clock().advance(Duration::from_hours(23));
            bo.get("/account").await.says(200, "bo@example.org");
            noted(&world, &bo).await;
        }
        world.env.clock().advance(Duration::from_hours(24));
        assert!(bo.get("/account").await.location().starts_with("/login"));
    }

    async fn a_page_does_not_wait_until_the_use_of_its_session_is_noted(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
        world.env.clock().advance(Duration::from_hours(1));
        // The only writer of an SQLite database is taken meanwhile.
        let writing = world.db.write().await.unwrap();
        let page = tokio::time::timeout(Duration::from_secs(5), bo.get("/account")).await;
        page.expect("nothing holds the page up").says(200, "bo@example.org");
        drop(writing);
        noted(&world, &bo).await;
    }
}
