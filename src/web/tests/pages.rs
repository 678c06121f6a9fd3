//! Teams, accounts, headers, health, faults.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use muster_core::both_dbs;
use muster_core::testing::World;
use url::Url;

use super::support::{Browser, send, site};
use crate::web::error::contain;
use crate::web::{Limits, Web, router};

/// The names of the headers that are missing or wrong on an answer over plain HTTP.
fn wrong_headers(headers: &HeaderMap) -> Vec<&'static str> {
    let wanted = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self' https://cdn.discordapp.com; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    wanted
        .into_iter()
        .filter(|(name, value)| headers.get(*name).is_none_or(|found| found != value))
        .map(|(name, _)| name)
        .collect()
}

both_dbs! {
    async fn a_team_page_shows_what_the_role_may_see(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "owner@example.org", "Olga", "owner").await;
        let viewer = world.joined(ada, team, "viewer@example.org", "Vera", "viewer").await;
        world.invite(ada, team, "next@example.org", "member").await.unwrap();
        let site = site(&world);
        let path = format!("/teams/{team}");

        let mut olga = Browser::signed_in(&site, "owner@example.org", "password of Olga").await;
        let page = olga.get(&path).await;
        for text in ["next@example.org", "viewer@example.org", "You are <strong>Owner</strong>", "Pending invitations"] {
            page.says(200, text);
        }
        let mut vera = Browser::signed_in(&site, "viewer@example.org", "password of Vera").await;
        let page = vera.get(&path).await;
        page.says(200, "You are <strong>Viewer</strong>");
        page.says(200, "Olga");
        assert!(!page.body.contains("owner@example.org") && !page.body.contains("next@example.org"));

        // The next request already has the authority of the new role.
        world.change_role(ada, team, viewer.account, "owner").await.unwrap();
        vera.get(&path).await.says(200, "next@example.org");
    }

    async fn teams_of_others_do_not_exist(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, borealis) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        world.joined(ada, aurora, "bo@example.org", "Bo", "owner").await;
        let site = site(&world);
        let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        let page = bo.get(&format!("/teams/{borealis}")).await;
        page.says(404, "NOT-FOUND");
        assert!(!page.body.contains("Borealis"));
        let home = bo.get("/").await;
        home.says(200, "Aurora");
        assert!(!home.body.contains("Borealis"));
        let stranger = Browser::new(&site).get(&format!("/teams/{borealis}")).await;
        assert_eq!(stranger.location(), format!("/login?next=%2Fteams%2F{borealis}"));
    }

    async fn long_lists_come_in_pages(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut last = String::new();
        for n in 0..55 {
            if n % 20 == 19 {
                world.env.clock().advance(std::time::Duration::from_hours(1));
            }
            last = format!("p{n}@example.org");
            world.joined(ada, team, &last, &format!("Person {n}"), "owner").await;
        }
        let mut someone = Browser::signed_in(&site(&world), &last, "password of Person 54").await;
        let first = someone.get(&format!("/teams/{team}")).await;
        first.says(200, "Page 1 of 2");
        assert!(first.body.contains("Person 0") && !first.body.contains("Person 53"));
        someone.get(&format!("/teams/{team}?page=2")).await.says(200, "Person 53");
        someone.get(&format!("/teams/{team}?page=x&invitations=99999999999")).await.says(200, "Page 1 of 2");
    }

    async fn every_answer_says_how_it_may_be_used(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let mut anybody = Browser::new(&site(&world));
        for path in ["/", "/login", "/account", "/nowhere", "/health/live", "/i/x", &format!("/i/{token}")] {
            let answer = anybody.get(path).await;
            assert_eq!(wrong_headers(&answer.headers), Vec::<&str>::new(), "{path}");
            assert!(!answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
            assert!(!answer.body.contains("<script") && !answer.body.contains("style="), "{path}");
        }
        let home = anybody.get("/").await;
        let css = home.body.split("href=\"").find_map(|rest| rest.strip_prefix("/assets/muster.css?v=")).unwrap();
        let css = format!("/assets/muster.css?v={}", css.split('"').next().unwrap());
        let answer = anybody.get(&css).await;
        answer.says(200, "--accent");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(anybody.get("/assets/muster.css").await.headers[header::CACHE_CONTROL], "no-cache");
    }

    async fn over_https_cookies_are_bound_to_the_host(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let public_url = Url::parse("https://muster.test").unwrap();
        let site = router(Web {
            db: world.db.clone(),
            env: world.env.clone(),
            public_url,
            discord: None,
            trusted_proxies: Vec::new(),
            figures: None,
            limits: Limits::default(),
        });
        let mut bo = Browser::new(&site);
        let page = bo.get("/login").await;
        assert_eq!(page.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
        let answer = bo.post("/login", &[("email", "bo@example.org"), ("password", "password of Bo")]).await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-muster=") && cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    }

    async fn a_poisoned_host_is_not_believed(world: World) {
        let request = Request::get("/account").header(header::HOST, "evil.example").header("x-forwarded-host", "evil.example");
        let answer = send(&site(&world), request.header("x-forwarded-proto", "https").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.location(), "/login?next=%2Faccount");
        assert!(!format!("{:?}{}", answer.headers, answer.body).contains("evil"));
    }

    async fn without_its_database_it_is_alive_and_not_ready(world: World) {
        let mut anybody = Browser::new(&site(&world));
        anybody.get("/health/ready").await.says(200, "ready");
        world.db.close().await;
        anybody.get("/health/live").await.says(200, "live");
        anybody.get("/health/ready").await.says(503, "the database does not answer");
        let page = anybody.get(&format!("/i/{}", "A".repeat(43))).await;
        page.says(503, "We can&#39;t reach our database right now.");
        page.says(503, "incident <strong>");
        assert_eq!(page.headers[header::RETRY_AFTER], "60");
    }

    async fn names_are_text_wherever_they_stand(world: World) {
        let evil = "<script>alert(1)</script>";
        let (ada, team) = world.founder(1, "Ada", evil, "campaigns").await;
        world.joined(ada, team, "bo@example.org", evil, "owner").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let site = site(&world);
        let mut bo = Browser::signed_in(&site, "bo@example.org", &format!("password of {evil}")).await;
        let below = |path: &str| format!("/teams/{team}{path}");
        for path in [
            "/".to_owned(), "/account".to_owned(), below("?welcome=1"), below("/activity"), below("/policy"), below("/delete"),
            format!("/i/{}", world.mailed_token(&invitation)),
        ] {
            let page = bo.get(&path).await;
            assert!(!page.body.contains("<script") && page.body.contains("&#60;script"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_fault_shows_its_incident_id_and_never_itself() {
    let world = World::sqlite().await;
    // A database that was never migrated: every query is a fault of ours.
    let folder = tempfile::tempdir().unwrap();
    let db = muster_core::db::Db::connect(&format!("sqlite:{}", folder.path().join("empty.db").display()))
        .await
        .unwrap();
    let site = router(Web {
        db,
        env: world.env.clone(),
        public_url: Url::parse("http://muster.test").unwrap(),
        discord: None,
        trusted_proxies: Vec::new(),
        figures: None,
        limits: Limits::default(),
    });
    let mut anybody = Browser::new(&site);
    let page = anybody.get(&format!("/i/{}", "A".repeat(43))).await;
    page.says(500, "Something broke on our side. Nothing was changed.");
    page.says(500, "incident <strong>");
    assert!(!page.body.contains("no such table"));
    anybody.get("/health/ready").await.says(503, "muster migrate");
}

#[tokio::test]
async fn a_panic_is_a_fault_like_any_other() {
    let world = World::sqlite().await;
    let public_url = Url::parse("http://muster.test").unwrap();
    let web = Arc::new(Web {
        db: world.db.clone(),
        env: world.env.clone(),
        public_url,
        discord: None,
        trusted_proxies: Vec::new(),
        figures: None,
        limits: Limits::default(),
    });
    let broken = || async { panic!("the inside of a request") as &str };
    let site = Router::new()
        .route("/", get(broken))
        .layer(from_fn_with_state(web, contain));
    let page = send(&site, Request::get("/").body(Body::empty()).unwrap()).await;
    page.says(500, "incident <strong>");
    assert!(!page.body.contains("inside"));
}

both_dbs! {
    async fn figures_that_have_an_address_of_their_own_are_no_page(world: World) {
        let mut browser = Browser::new(&site(&world));
        assert_eq!(browser.get("/metrics").await.status, 404);
    }
}
