//! "Never mail me again": the page behind each invitation mail, and the one click of mail programs.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, header};
use muster_core::testing::World;
use muster_core::text::EmailAddress;
use muster_core::{both_dbs, suppression};

use super::support::{Answer, Browser, HERE, send, site};

const FORM: &str = "application/x-www-form-urlencoded";
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

async fn suppressed(world: &World, address: &str) -> bool {
    let mut tx = world.db.read().await.unwrap();
    suppression::is_suppressed(&mut tx, &EmailAddress::parse(address).unwrap())
        .await
        .unwrap()
}

/// What a mail program sends, with more or less than that.
async fn one_click(
    site: &Router,
    path: &str,
    body: &str,
    kind: &str,
    more: &[(&'static str, &'static str)],
) -> Answer {
    let mut request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()))
        .unwrap();
    for (name, value) in more {
        request
            .headers_mut()
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    send(site, request).await
}

both_dbs! {
    async fn whoever_reads_the_mail_stops_them_and_takes_it_back(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let (stop, again) = (format!("{path}/stop"), format!("{path}/again"));
        let mut bo = Browser::new(&site(&world));
        for _ in 0..20 {
            let page = bo.get(&stop).await;
            page.says(200, "Stop all invitations to <strong>b…@e….org</strong>");
            assert!(!page.body.contains("bo@example.org"));
        }
        assert!(!suppressed(&world, "bo@example.org").await, "looking changes nothing");

        let stopped = bo.post(&stop, &[]).await;
        assert_eq!(stopped.location(), stop);
        let page = bo.follow(&stopped).await;
        page.says(200, "<strong>b…@e….org</strong> gets no more invitations");
        page.says(200, "22 November 2026, 09:00 UTC");
        assert!(suppressed(&world, "bo@example.org").await);
        bo.get(&path).await.says(200, "Create account &amp; join");
        assert_eq!(bo.post(&stop, &[]).await.location(), stop, "twice is once");

        let back = bo.post(&again, &[]).await;
        bo.follow(&back).await.says(200, "Never mail me again?");
        assert!(!suppressed(&world, "bo@example.org").await);
    }

    async fn a_dead_link_still_opens_the_page(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        world.revoke(ada, team, invitation.id).await.unwrap();
        let stop = format!("/i/{}/stop", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&stop).await.says(200, "Never mail me again?");
        bo.post(&stop, &[]).await.location();
        assert!(suppressed(&world, "bo@example.org").await);
    }

    async fn a_mail_program_needs_one_click(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let site = site(&world);
        let parts = format!("--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n{}\r\n--x--\r\n", "One-Click");
        for (address, kind, body) in [
            ("bo@example.org", FORM, ONE_CLICK),
            ("cy@example.org", "multipart/form-data; boundary=x", parts.as_str()),
        ] {
            let invitation = world.invite(ada, team, address, "member").await.unwrap();
            let stop = format!("/i/{}/stop", world.mailed_token(&invitation));
            let answer = one_click(&site, &stop, body, kind, &[("user-agent", "A mail program")]).await;
            answer.says(200, "no more invitations");
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
            assert!(suppressed(&world, address).await);
        }
    }

    async fn one_click_opens_no_other_door(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let stop = format!("{path}/stop");
        let site = site(&world);
        // From a browser it has to be our own page and its form, whatever the body says.
        for from in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "none"),
            ("referer", "https://evil.example/"),
            ("cookie", "muster-form=x"),
        ] {
            one_click(&site, &stop, ONE_CLICK, FORM, &[from]).await.says(403, "CROSS-SITE");
        }
        one_click(&site, &stop, ONE_CLICK, FORM, &[("origin", HERE)]).await.says(403, "OLD-FORM");
        for (kind, body) in [(FORM, ""), (FORM, "form_token=x"), (FORM, "List-Unsubscribe=No"), ("text/plain", ONE_CLICK)] {
            one_click(&site, &stop, body, kind, &[]).await.says(403, "CROSS-SITE");
        }
        for other in [&path, &format!("{path}/again"), &format!("{path}/decline"), &format!("{path}/sign-in"), "/login", "/logout", "/account/link"] {
            one_click(&site, other, ONE_CLICK, FORM, &[]).await.says(403, "CROSS-SITE");
        }
        let long = format!("{ONE_CLICK}&{}", "a".repeat(70_000));
        one_click(&site, &stop, &long, FORM, &[]).await.says(413, "TOO-LARGE");
        assert!(!suppressed(&world, "bo@example.org").await);
        let mut anybody = Browser::new(&site);
        anybody.get(&path).await.says(200, "Create account &amp; join");
    }

    async fn unknown_tokens_look_as_they_do_everywhere(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let site = site(&world);
        let mut anybody = Browser::new(&site);
        let wanted = anybody.get("/i/x").await;
        for bad in [world.api_token(&invitation), "A".repeat(43), "x".to_owned(), "%00".to_owned()] {
            let answer = anybody.get(&format!("/i/{bad}/stop")).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (404, &wanted.body), "{bad}");
            let answer = one_click(&site, &format!("/i/{bad}/stop"), ONE_CLICK, FORM, &[]).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (404, &wanted.body), "{bad}");
        }
        assert!(!suppressed(&world, "bo@example.org").await);
    }
}
