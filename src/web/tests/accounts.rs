//! One's own account: forgotten passwords, another address, sessions, and what is stored.

use std::time::Duration;

use axum::Router;
use axum::http::header;
use futures::future::join_all;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::testing::World;

use super::support::{Browser, PASSWORD, hidden, site};

/// Bo, who is in a team, and the pages.
async fn bo(world: &World) -> (Router, Actor, TeamId, Actor) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
    (site(world), ada, team, bo)
}

async fn signed_in(site: &Router) -> Browser {
    Browser::signed_in(site, "bo@example.org", "password of Bo").await
}

both_dbs! {
    async fn a_forgotten_password_is_chosen_anew_by_a_mailed_link(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut elsewhere = signed_in(&site).await;
        let mut browser = Browser::new(&site);
        browser.get("/login").await.says(200, "href=\"/forgot\"");
        browser.get("/forgot").await;
        browser.post("/forgot", &[("email", "bo")]).await.says(422, "id=\"email-error\"");
        browser.post("/forgot", &[("email", "bo@example.org")]).await.says(200, "Look into your mailbox");
        let again = browser.post("/forgot", &[("email", "bo@example.org")]).await;
        again.says(429, "mailed a moment ago");
        assert_eq!(again.headers[header::RETRY_AFTER], "61");

        let path = format!("/reset/{}", world.reset_token("bo@example.org").await);
        for _ in 0..3 {
            browser.get(&path).await.says(200, "bo@example.org");
        }
        browser.post(&path, &[("password", "bo@example.org")]).await.says(422, "id=\"password-error\"");
        let fixed = browser.cookies["muster-form"].clone();
        let done = browser.post(&path, &[("password", PASSWORD)]).await;
        assert_ne!(browser.cookies["muster"], fixed);
        browser.follow(&done).await.says(200, "Your password is changed. Every other session has ended.");
        assert!(elsewhere.get("/account").await.location().starts_with("/login"));
        browser.get(&path).await.says(410, "LINK-OVER");
        Browser::signed_in(&site, "bo@example.org", PASSWORD).await;
    }

    async fn the_page_for_forgotten_passwords_tells_nobody_who_has_an_account(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut browser = Browser::new(&site);
        browser.get("/forgot").await;
        for _ in 0..2 {
            let known = browser.post("/forgot", &[("email", "bo@example.org")]).await;
            let unknown = browser.post("/forgot", &[("email", "xy@example.org")]).await;
            assert_eq!(known.status, unknown.status);
            assert_eq!(known.headers, unknown.headers);
            assert_eq!(known.body.replace("bo@example.org", "…"), unknown.body.replace("xy@example.org", "…"));
        }
    }

    async fn of_fifty_clicks_one_changes_the_password(world: World) {
        let (site, _, _, _) = bo(&world).await;
        world.forget("bo@example.org", &muster_core::testing::accounts::somewhere()).await.unwrap();
        let path = format!("/reset/{}", world.reset_token("bo@example.org").await);
        let mut browser = Browser::new(&site);
        browser.get(&path).await;
        let clicks = (0..50).map(|n| {
            let (mut one, path) = (browser.clone(), path.clone());
            async move { one.post(&path, &[("password", &format!("{PASSWORD} {n}"))]).await.status.as_u16() }
        });
        let mut statuses = join_all(clicks).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (303, &[410; 49][..]));
    }

    async fn a_link_of_nobody_leads_nowhere(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut browser = Browser::new(&site);
        for path in ["/reset", "/verify"] {
            for token in ["x", &"A".repeat(43), "%00", &"A".repeat(5000)] {
                browser.get(&format!("{path}/{token}")).await.says(404, "NOT-FOUND");
            }
        }
    }

    async fn an_address_is_changed_by_who_reads_the_new_mailbox_and_is_signed_in(world: World) {
        let (site, ada, team, _) = bo(&world).await;
        world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        let mut bo = signed_in(&site).await;
        bo.get("/account/address").await.says(200, "Your present password");
        let fields = |email, current| [("email", email), ("current", current)];
        bo.post("/account/address", &fields("new@example.org", "wrong")).await.says(422, "That is not your password.");
        bo.post("/account/address", &fields("new", "password of Bo")).await.says(422, "id=\"email-error\"");
        // What is somebody else's gets the same answer.
        bo.post("/account/address", &fields("cy@example.org", "password of Bo")).await.says(200, "Look into your mailbox");
        bo.post("/account/address", &fields("new@example.org", "password of Bo")).await.says(200, "Look into your mailbox");
        let path = format!("/verify/{}", world.address_token("new@example.org").await);
        bo.get("/account").await.says(200, "bo@example.org");

        let mut stranger = Browser::new(&site);
        let page = stranger.get(&path).await;
        page.says(200, "Sign in to confirm it");
        assert!(!page.body.contains("Bo"), "the page does not tell whose account it is");
        stranger.get("/login").await;
        assert!(stranger.post(&path, &[]).await.location().starts_with("/login?next=%2Fverify%2F"));
        let mut cy = Browser::signed_in(&site, "cy@example.org", "password of Cy").await;
        cy.get(&path).await.says(403, "That is for another account");
        cy.post(&path, &[]).await.says(404, "NOT-FOUND");

        bo.get(&path).await.says(200, "Use this address");
        let done = bo.post(&path, &[]).await;
        bo.follow(&done).await.says(200, "new@example.org");
        bo.post(&path, &[]).await.says(410, "LINK-OVER");
    }

    async fn a_password_is_changed_with_the_present_one(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let (mut bo, mut elsewhere) = (signed_in(&site).await, signed_in(&site).await);
        bo.get("/account/password").await;
        let fields = |current, password| [("current", current), ("password", password)];
        bo.post("/account/password", &fields("password of Bo", "short")).await.says(422, "id=\"password-error\"");
        bo.post("/account/password", &fields("wrong", PASSWORD)).await.says(422, "id=\"current-error\"");
        let before = bo.cookies["muster"].clone();
        let done = bo.post("/account/password", &fields("password of Bo", PASSWORD)).await;
        bo.follow(&done).await.says(200, "Your password is changed.");
        assert_ne!(bo.cookies["muster"], before);
        assert!(elsewhere.get("/account").await.location().starts_with("/login"));
        // Guessing it here counts like guessing it when signing in.
        bo.get("/account/password").await;
        for _ in 0..6 {
            bo.post("/account/password", &fields("wrong", PASSWORD)).await;
        }
        bo.post("/account/password", &fields(PASSWORD, "another good one, yes")).await.says(429, "Too many attempts");
    }

    async fn sessions_are_listed_and_ended(world: World) {
        let (site, ada, team, _) = bo(&world).await;
        world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        let (mut bo, mut phone, mut other) = (signed_in(&site).await, signed_in(&site).await, signed_in(&site).await);
        let mut cy = Browser::signed_in(&site, "cy@example.org", "password of Cy").await;
        let page = bo.get("/account").await;
        assert_eq!(page.body.matches("name=\"session\"").count(), 2);
        page.says(200, "This one");
        let first = hidden(&page.body, "session").unwrap();
        // Nobody ends another's.
        cy.get("/account").await;
        cy.post("/account/sessions/end", &[("session", &first)]).await;
        assert_eq!(bo.get("/account").await.body.matches("name=\"session\"").count(), 2);
        bo.post("/account/sessions/end", &[("session", "no such thing!")]).await.says(422, "FORM-BAD");
        let done = bo.post("/account/sessions/end", &[("session", &first)]).await;
        bo.follow(&done).await.says(200, "That session has ended.");
        let alive = [phone.get("/account").await.status, other.get("/account").await.status];
        assert_eq!(alive.iter().filter(|status| **status == 200).count(), 1, "it counts from the next request on");
        bo.post("/account/sessions/end-others", &[]).await;
        for mut ended in [phone, other] {
            assert!(ended.get("/account").await.location().starts_with("/login"));
        }
        bo.get("/account").await.says(200, "Where you are signed in");
        cy.get("/account").await.says(200, "Where you are signed in");
    }

    async fn a_name_is_changed(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut bo = signed_in(&site).await;
        bo.get("/account/name").await.says(200, "value=\"Bo\"");
        bo.post("/account/name", &[("name", " ")]).await.says(422, "id=\"name-error\"");
        let done = bo.post("/account/name", &[("name", "Robert <b>")]).await;
        bo.follow(&done).await.says(200, "Robert &#60;b&#62;");
    }

    async fn the_team_that_is_meant_is_chosen_among_ones_own(world: World) {
        let (site, _, team, actor) = bo(&world).await;
        let (_, foreign) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let mut bo = signed_in(&site).await;
        bo.get("/account").await.says(200, "Work with this team");
        bo.post("/account/team", &[("team", &foreign.to_string())]).await.says(404, "NOT-FOUND");
        bo.post("/account/team", &[("team", "x")]).await.says(404, "NOT-FOUND");
        let done = bo.post("/account/team", &[("team", &team.to_string())]).await;
        bo.follow(&done).await.says(200, "You work with that team now");
        let mut tx = world.db.read().await.unwrap();
        assert_eq!(muster_core::team::chosen(&mut tx, actor.account).await.unwrap(), Some(team));
    }

    async fn everything_that_is_stored_is_a_file_and_can_be_erased(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut bo = signed_in(&site).await;
        let file = bo.get("/account/export").await;
        assert_eq!(file.headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"account-2026-11-22.json\"");
        let all: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!(all["account"]["email"], "bo@example.org");
        assert!(!file.body.contains("argon2"));
        bo.get("/account/erase").await.says(200, "Your membership in 1 team ends.");
        bo.post("/account/erase", &[("name", "Bob")]).await.says(422, "id=\"name-error\"");
        bo.get("/account").await.says(200, "bo@example.org");
        bo.post("/account/erase", &[("name", "bo")]).await.says(200, "Your account is erased");
        assert!(!bo.cookies.contains_key("muster"));
        assert!(bo.get("/account").await.location().starts_with("/login"));
        assert_eq!(world.traces("bo@example.org").await, Vec::<String>::new());
    }

    async fn discord_is_unlinked_after_a_question(world: World) {
        let (site, _, team, _) = bo(&world).await;
        world.seated(team, 7, "Dee", "member").await;
        world.set_password(world.account_of(7).await, "password of Dee").await;
        let mut dee = Browser::signed_in(&site, "dee@example.org", "password of Dee").await;
        dee.get("/account").await.says(200, "Unlink Discord");
        dee.get("/account/unlink").await.says(200, "you can no longer sign in with Discord");
        let done = dee.post("/account/unlink", &[]).await;
        dee.follow(&done).await.says(200, "Your Discord account is unlinked.");
        dee.get("/account/unlink").await.says(409, "NOT-LINKED");
    }

    async fn a_late_second_click_is_still_ones_own(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut bo = Browser::new(&site);
        bo.get("/login").await;
        let fields = [("email", "bo@example.org"), ("password", "password of Bo")];
        let old = bo.form_token.clone();
        assert_eq!(bo.post("/login", &fields).await.location(), "/");
        let mut late = bo.clone();
        late.form_token = old.clone();
        assert_eq!(late.post("/login", &fields).await.location(), "/", "with the new cookie and the form of before");
        // An hour later it is no second click.
        let mut late = Browser::new(&site);
        late.get("/login").await;
        let old = late.form_token.clone();
        late.post("/login", &fields).await;
        world.env.clock().advance(Duration::from_hours(1));
        late.form_token = old;
        let request = late.form("/account/name").header("origin", "http://muster.test");
        let request = request.header(header::REFERER, "http://muster.test/account/name?a=b");
        let answer = late.take(request.body(format!("form_token={}&name=x", late.form_token).into()).unwrap()).await;
        answer.says(403, "OLD-FORM");
        answer.says(403, "href=\"/account/name?a=b\"");
        let request = late.form("/account/name").header("origin", "http://muster.test");
        let request = request.header(header::REFERER, "http://evil.example/account");
        let answer = late.take(request.body("form_token=x&name=x".into()).unwrap()).await;
        assert!(answer.status == 403 && !answer.body.contains("Open the page again"));
    }

    async fn signing_out_twice_is_signing_out(world: World) {
        let (site, _, _, _) = bo(&world).await;
        let mut bo = signed_in(&site).await;
        bo.get("/account").await;
        assert_eq!(bo.post("/logout", &[]).await.location(), "/");
        assert_eq!(bo.post("/logout", &[]).await.location(), "/");
        // It does not sign anybody out who is signed in.
        let mut other = signed_in(&site).await;
        other.form_token = bo.form_token;
        other.post("/logout", &[]).await.says(403, "OLD-FORM");
        other.get("/account").await.says(200, "bo@example.org");
    }
}
