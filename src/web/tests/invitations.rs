//! The page of an invitation: its four cases, its ends, and who cannot pass.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity;
use muster_core::both_dbs;
use muster_core::invitation::Status;
use muster_core::page::Slice;

use super::support::{Browser, PASSWORD, site, stored_status};

both_dbs! {
    async fn somebody_new_makes_an_account_and_is_in(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        let page = bo.get(&path).await;
        page.says(200, "invited you to join <strong>Aurora</strong> as <strong>Member</strong>");
        page.says(200, "bo@example.org");
        page.says(200, "29 November 2026, 09:00 UTC");
        let anonymous = bo.cookies["muster-form"].clone();

        let joined = bo.post(&path, &[("name", "Bo Lind"), ("password", PASSWORD)]).await;
        assert_eq!(joined.location(), format!("/teams/{team}?welcome=1"));
        assert!(bo.cookies["muster"] != anonymous && !bo.cookies.contains_key("muster-form"));
        let page = bo.follow(&joined).await;
        page.says(200, "Welcome to <strong>Aurora</strong>");
        page.says(200, "Bo Lind</a> <span class=\"badge\">You</span>");
        bo.get(&path).await.says(410, "Already accepted");
        Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
    }

    async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        let page = bo.post(&path, &[("name", "Bo <b>"), ("password", "hunter2hunter2")]).await;
        page.says(422, "value=\"Bo &#60;b&#62;\"");
        page.says(422, "id=\"password-error\">That password is not strong enough.");
        assert!(!page.body.contains("hunter2"));
        let page = bo.post(&path, &[("name", " "), ("password", PASSWORD)]).await;
        page.says(422, "id=\"name-error\">That name can&#39;t be used: it is empty.");
        // The address is the invited one, whatever a form says.
        let other = [("name", "Bo"), ("password", PASSWORD), ("email", "eve@example.org")];
        bo.post(&path, &other).await.says(422, "FORM-BAD");
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
    }

    async fn somebody_known_signs_in_and_comes_back(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "project").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await.says(200, "You have an account with this address");
        let sign_in = format!("{path}/sign-in");
        bo.post(&sign_in, &[("password", "not it")]).await.says(422, "That password is not right.");
        let back = bo.post(&sign_in, &[("password", "password of Bo")]).await;
        assert_eq!(back.location(), path);
        let before = bo.cookies["muster"].clone();
        bo.follow(&back).await.says(200, "Accept invitation");
        let joined = bo.post(&path, &[]).await;
        assert_ne!(bo.cookies["muster"], before, "accepting changes the session");
        bo.follow(&joined).await.says(200, ">Borealis</h1>");
        bo.cookies.insert("muster".to_owned(), before);
        assert!(bo.get("/account").await.location().starts_with("/login"), "the session before is dead");
    }

    async fn a_second_click_on_accept_says_that_it_is_done(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "project").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let site = site(&world);
        let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        bo.get(&path).await.says(200, "Accept invitation");
        let mut second = bo.clone();
        assert_eq!(bo.post(&path, &[]).await.location(), format!("/teams/{other}?welcome=1"));
        second.post(&path, &[]).await.says(410, "Already accepted");
        // The session that has ended vouches for its own forms and opens nothing.
        second.cookies.remove("muster-form");
        assert!(second.get("/account").await.location().starts_with("/login"));
        let mut foreign = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        foreign.cookies.insert("muster".to_owned(), "A".repeat(43));
        foreign.get("/login").await;
        foreign.form_token = bo.form_token;
        foreign.post(&path, &[]).await.says(403, "OLD-FORM");
    }

    async fn only_the_invited_person_can_decline(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let site = site(&world);
        let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
        bo.get(&path).await;
        bo.post(&format!("{path}/decline"), &[]).await.says(403, "Sign out and continue");
        let of_a_program = format!("/i/{}", world.api_token(&invitation));
        let mut anybody = Browser::new(&site);
        anybody.get(&of_a_program).await;
        anybody.post(&format!("{of_a_program}/decline"), &[]).await.says(409, "ADDRESS-UNPROVEN");
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
    }

    async fn somebody_else_is_told_so_and_can_sign_out(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", "password of Bo").await;
        let page = bo.get(&path).await;
        page.says(403, "signed in as <strong>bo@example.org</strong>, but this invitation is for <strong>c…@e….org</strong>");
        assert!(!page.body.contains("cy@example.org"));
        bo.post(&path, &[]).await.says(403, "Sign out and continue");
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
        let out = bo.post("/logout", &[("next", &path)]).await;
        assert_eq!(out.location(), path);
        bo.follow(&out).await.says(200, "Create account &amp; join");
    }

    async fn looking_changes_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let site = site(&world);
        let entries = || async {
            let mut tx = world.db.read().await.unwrap();
            activity::list(&mut tx, team, None, Slice::page(0, 200)).await.unwrap().total
        };
        let before = entries().await;
        for _ in 0..100 {
            Browser::new(&site).get(&path).await.says(200, "Create account");
        }
        assert_eq!(entries().await, before);
        assert_eq!(stored_status(&world, &invitation).await, Status::Pending);
    }

    async fn many_clicks_at_once_make_one_member(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        let clicks = (0..20).map(|_| {
            let (mut bo, path) = (bo.clone(), path.clone());
            async move { bo.post(&path, &[("name", "Bo"), ("password", PASSWORD)]).await.status.as_u16() }
        });
        let mut answers = join_all(clicks).await;
        answers.sort_unstable();
        assert_eq!(answers[0], 303);
        assert!(answers[1..].iter().all(|status| *status == 410), "{answers:?}");
    }

    async fn one_person_invited_by_two_teams_gets_one_account(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, borealis) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let site = site(&world);
        let mut clicks = Vec::new();
        for (actor, team) in [(ada, aurora), (eve, borealis)] {
            let invitation = world.invite(actor, team, "bo@example.org", "member").await.unwrap();
            let path = format!("/i/{}", world.mailed_token(&invitation));
            let mut bo = Browser::new(&site);
            bo.get(&path).await;
            clicks.push(async move { bo.post(&path, &[("name", "Bo"), ("password", PASSWORD)]).await });
        }
        let answers = join_all(clicks).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        // Whoever comes second is asked to sign in to the account that the first one made.
        assert_eq!(statuses, [200, 303]);
    }

    async fn links_that_ended_say_how(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let mut anybody = Browser::new(&site(&world));
        let path = |token: String| format!("/i/{token}");

        let revoked = world.invite(ada, team, "a@example.org", "member").await.unwrap();
        let revoked_path = path(world.mailed_token(&revoked));
        anybody.get(&revoked_path).await;
        world.revoke(ada, team, revoked.id).await.unwrap();
        anybody.get(&revoked_path).await.says(410, "This invitation was cancelled");
        let late = [("name", "Late"), ("password", PASSWORD)];
        anybody.post(&revoked_path, &late).await.says(410, "REVOKED");

        let replaced = world.invite(ada, team, "b@example.org", "member").await.unwrap();
        world.env.clock().advance(Duration::from_mins(1));
        world.invite(ada, team, "b@example.org", "viewer").await.unwrap();
        anybody.get(&path(world.mailed_token(&replaced))).await.says(410, "REPLACED");

        let expired = world.invite(ada, team, "c@example.org", "member").await.unwrap();
        let expired_path = path(world.mailed_token(&expired));
        world.env.clock().advance(Duration::from_hours(7 * 24) - Duration::from_secs(1));
        anybody.get(&expired_path).await.says(200, "in 1 second");
        world.env.clock().advance(Duration::from_secs(1));
        let page = anybody.get(&expired_path).await;
        page.says(410, "This invitation has expired");
        assert!(!page.body.contains("<input"), "nothing is asked for");
        anybody.post(&expired_path, &late).await.says(410, "EXPIRED");
        world.resend(ada, team, expired.id).await.unwrap();
        anybody.get(&expired_path).await.says(410, "A newer mail with a new link was sent");
    }

    async fn declining_ends_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        let decline = format!("{path}/decline");
        let answer = bo.post(&decline, &[]).await;
        bo.follow(&answer).await.says(410, "This invitation was declined");
        assert_eq!(bo.post(&decline, &[]).await.location(), path, "declining twice is declining once");
        bo.post(&path, &[("name", "Bo"), ("password", PASSWORD)]).await.says(410, "DECLINED");
    }

    async fn unknown_tokens_all_look_the_same(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let token = world.mailed_token(&invitation);
        let mut flipped = token.clone().into_bytes();
        flipped[3] = if flipped[3] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        let mut anybody = Browser::new(&site(&world));
        let wanted = anybody.get("/i/x").await;
        wanted.says(404, "NOT-FOUND");
        for bad in ["%00", "%ff", &token[1..], &format!("{token}A"), &flipped, &"a".repeat(8_000)] {
            let answer = anybody.get(&format!("/i/{bad}")).await;
            assert_eq!(answer.status, 404, "{bad}");
        }
        let answer = anybody.get(&format!("/i/{flipped}")).await;
        assert_eq!(answer.body, wanted.body);
    }

    async fn the_token_of_a_program_makes_no_account(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.api_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await;
        bo.post(&path, &[("name", "Bo"), ("password", PASSWORD)]).await.says(422, "code");
    }

    async fn an_offer_that_lapsed_makes_no_member(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let invitation = world.invite(bo, team, "cy@example.org", "owner").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let mut cy = Browser::new(&site(&world));
        cy.get(&path).await.says(200, "Create account &amp; join");
        world.change_role(ada, team, bo.account, "member").await.unwrap();
        cy.post(&path, &[("name", "Cy"), ("password", PASSWORD)]).await.says(409, "OFFER-LAPSED");
        cy.get(&path).await.says(409, "No longer offered");
        assert!(!cy.cookies.contains_key("muster"));
    }
}
