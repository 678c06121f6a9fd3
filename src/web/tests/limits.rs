//! What limits whoever tries too often, from wherever they say they are.

use axum::body::Body;
use axum::http::Request;
use futures::future::join_all;
use muster_core::both_dbs;
use url::Url;

use super::support::{Answer, Browser, HERE, site};
use crate::web::client::Peer;
use crate::web::{Limits, Network, Web, router};

/// Asks for a new password, from an address of its own, through whatever says that it is a proxy.
async fn forget(browser: &mut Browser, n: usize, peer: &str, told: Option<String>) -> Answer {
    let body = format!("form_token={}&email=p{n}%40example.org", browser.form_token);
    let mut request = browser.form("/forgot").header("origin", HERE);
    if let Some(told) = told {
        request = request.header("x-forwarded-for", told);
    }
    let mut request: Request<Body> = request.body(body.into()).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    browser.take(request).await
}

both_dbs! {
    async fn what_a_stranger_says_about_where_they_are_is_not_believed(world: World) {
        let mut anybody = Browser::new(&site(&world));
        anybody.get("/forgot").await;
        for n in 0..60 {
            forget(&mut anybody, n, "192.0.2.1", Some(format!("198.51.100.{n}"))).await.says(200, "Look into your mailbox");
        }
        let refused = forget(&mut anybody, 60, "192.0.2.1", Some("203.0.113.1".to_owned())).await;
        refused.says(429, "That was tried too often.");
        assert_eq!(refused.headers["retry-after"], "3601");
        forget(&mut anybody, 61, "192.0.2.2", None).await.says(200, "Look into your mailbox");
    }

    async fn a_proxy_of_the_operators_is_believed(world: World) {
        let trusted: Network = "192.0.2.0/24".parse().unwrap();
        let site = router(Web {
            db: world.db.clone(),
            env: world.env.clone(),
            public_url: Url::parse(HERE).unwrap(),
            discord: None,
            trusted_proxies: vec![trusted],
            figures: None,
            limits: Limits::default(),
        });
        let mut anybody = Browser::new(&site);
        anybody.get("/forgot").await;
        for n in 0..60 {
            // Whatever stands before the last address is anybody's invention.
            forget(&mut anybody, n, "192.0.2.1", Some(format!("10.0.0.{n}, 203.0.113.9"))).await.says(200, "Look into your mailbox");
        }
        forget(&mut anybody, 60, "192.0.2.7", Some("10.1.1.1, 203.0.113.9".to_owned())).await.says(429, "too often");
        forget(&mut anybody, 61, "192.0.2.7", Some("203.0.113.10".to_owned())).await.says(200, "Look into your mailbox");
    }

    async fn of_two_hundred_wrong_passwords_at_once_ten_are_looked_at(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let site = site(&world);
        let mut anybody = Browser::new(&site);
        anybody.get("/login").await;
        let tries = (0..200).map(|n| {
            let mut one = anybody.clone();
            async move { one.post("/login", &[("email", "bo@example.org"), ("password", &format!("wrong {n}"))]).await.status.as_u16() }
        });
        let healthy = (0..50).map(|_| {
            let mut one = anybody.clone();
            async move { one.get("/health/ready").await.status }
        });
        // Hashing keeps nobody waiting who asks for something else.
        let (statuses, healthy) = tokio::join!(join_all(tries), join_all(healthy));
        assert!(healthy.iter().all(|status| *status == 200), "{healthy:?}");
        let of = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((of(422), of(429)), (10, 190), "{statuses:?}");
        anybody.get("/health/ready").await.says(200, "ready");
    }

    async fn one_place_on_the_network_signs_in_so_often(world: World) {
        let mut anybody = Browser::new(&site(&world));
        anybody.get("/login").await;
        for n in 0..100 {
            let fields = [("email", format!("p{n}@example.org")), ("password", "wrong".to_owned())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            anybody.post("/login", &fields).await.says(422, "not right");
        }
        anybody.post("/login", &[("email", "q@example.org"), ("password", "wrong")]).await.says(429, "That was tried too often.");
    }
}
