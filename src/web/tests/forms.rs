//! What is not sent from one of our own pages changes nothing.

use axum::body::Body;
use axum::http::{Method, Request, header};
use muster_core::both_dbs;
use muster_core::invitation::Status;

use super::support::{Browser, HERE, PASSWORD, send, site, stored_status};

both_dbs! {
    async fn only_our_own_pages_can_send_forms(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        let good = format!("form_token={}&name=Bo&password={}", bo.form_token, PASSWORD.replace(' ', "+"));
        let body = || Body::from(good.clone());

        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("x-forwarded-host", "muster.test"),
        ] {
            let request = bo.form(&path).header(name, value).body(body()).unwrap();
            bo.take(request).await.says(403, "CROSS-SITE");
        }
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
            let request = Request::builder().method(Method::POST).uri(&path).header("origin", HERE);
            let request = request.header(header::CONTENT_TYPE, kind).header(header::COOKIE, "muster-form=x");
            bo.take(request.body(body()).unwrap()).await.says(403, "CROSS-SITE");
        }
        for token in ["", "form_token=", "form_token=AAAA"] {
            let body = format!("{token}&name=Bo&password=violet+ladder+quorum");
            let request = bo.form(&path).header("origin", HERE).body(Body::from(body)).unwrap();
            bo.take(request).await.says(403, "OLD-FORM");
        }
        let mut foreign = Browser::new(&site(&world));
        foreign.get(&path).await;
        let request = foreign.form(&path).header("origin", HERE).body(body()).unwrap();
        foreign.take(request).await.says(403, "OLD-FORM");
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);

        let request = bo.form(&path).header("origin", HERE).body(body()).unwrap();
        assert_eq!(bo.take(request).await.status, 303);
    }

    async fn forms_hold_what_their_page_asks_for_and_nothing_else(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "viewer").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        let person = [("name", "Bo"), ("password", PASSWORD)];
        for extra in [("role", "owner"), ("email", "eve@example.org"), ("name", "Bob"), ("form_token", "x"), ("team_id", "1")] {
            let fields = [person[0], person[1], extra];
            assert!(bo.post(&path, &fields).await.status.is_client_error(), "{extra:?}");
        }
        let broken = format!("form_token={}&name=%ff&password=x", bo.form_token);
        let request = bo.form(&path).header("origin", HERE).body(Body::from(broken)).unwrap();
        bo.take(request).await.says(400, "UNREADABLE");
        bo.post("/login", &[("email", "bo@example.org")]).await.says(422, "missing field");
        let long = "a".repeat(64 * 1024);
        bo.post("/login", &[("email", &long), ("password", "x")]).await.says(413, "TOO-LARGE");
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
    }

    async fn pages_answer_only_what_they_are_for(world: World) {
        let site = site(&world);
        for (method, path, status) in [
            (Method::DELETE, "/login", 403),
            (Method::GET, "/logout", 405),
            (Method::GET, "/nowhere", 404),
            (Method::GET, "/teams/x", 404),
            (Method::HEAD, "/", 200),
        ] {
            let request = Request::builder().method(&method).uri(path).body(Body::empty()).unwrap();
            assert_eq!(send(&site, request).await.status, status, "{method} {path}");
        }
        let request = Request::delete("/login").header("origin", HERE).body(Body::empty()).unwrap();
        send(&site, request).await.says(405, "METHOD");
    }
}
