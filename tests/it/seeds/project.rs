//! Seed 003.

use std::time::Duration;

use muster_core::both_dbs;

use super::{has, pressed, told};
use crate::api::signed_in;
use crate::app::{PASSWORD, TestApp, link, said};

both_dbs! {
    async fn seed_003_only_admins_open_the_team_page_and_super_admins_too(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let bo = app.seated("Bo", "member").await;
        let account = app.world.account_of(bo.user().id.cast_signed()).await;
        app.world.set_password(account, PASSWORD).await;
        let browser = app.browser();
        let path = format!("/teams/{}", app.team().await);
        let page = browser.open(&path).await.submit("Sign in", &[("email", "bo@example.org"), ("password", PASSWORD)]).await;
        has(&page.text(), &["Only Admins can see the members."]);
        assert!(!page.text().contains("Ada"), "{}", page.text());
        has(&told(&bo, "/member list").await, &["Only Admins can see the members. You are Member."]);
        has(&told(&ada, "/member list").await, &["2 members"]);
        app.world.appoint(&["bo@example.org"]).await;
        has(&browser.open(&path).await.text(), &["Ada", "Pending invitations"]);
        has(&told(&bo, "/member list").await, &["you are Super-admin"]);
        app.end().await;
    }

    async fn seed_003_the_last_admin_is_neither_removed_nor_demoted(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        app.seated("Root", "member").await;
        app.world.appoint(&["root@example.org"]).await;
        let root = app.sim.client(&app.sim.user("root"), &app.guild, "general");
        for command in ["/member remove member:Ada", "/member role member:Ada role:member", "/member deactivate member:Ada"] {
            has(&told(&root, command).await, &["You cannot remove the last admin or demote them to Member.", "LAST-OWNER"]);
        }
        has(&told(&ada, "/member remove member:Ada").await, &["You cannot remove yourself."]);
        has(&told(&ada, "/member role member:Ada role:member").await, &["You cannot change your own role."]);
        app.end().await;
    }

    async fn seed_003_the_invite_form_offers_member_unless_told_otherwise(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let form = ada.slash("/invite email").await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        let review = said(ada.submit(&form, &[("Email addresses", "bo@example.net")]).await);
        has(&review.text(), &["Invite 1 person as Member?"]);
        let review = said(ada.select(&review, "Role", &["admin"]).await);
        has(&review.text(), &["Invite 1 person as Admin?"]);
        app.end().await;
    }

    async fn seed_003_a_second_invitation_replaces_the_first_and_lives_7_days(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let first = app.invite(&ada, "bo@example.net", "member").await;
        app.advance(Duration::from_mins(1));
        let second = app.invite(&ada, "bo@example.net", "admin").await;
        assert_eq!(app.browser().open(&link(&first)).await.status, 410);
        has(&told(&ada, "/invite list").await, &["1 invitation", "bo@example.net · Pending · Admin", "expires"]);
        app.advance(Duration::from_hours(24 * 7).checked_sub(Duration::from_secs(1)).expect("a positive time"));
        assert_eq!(app.browser().open(&link(&second)).await.status, 200);
        app.advance(Duration::from_secs(1));
        assert_eq!(app.browser().open(&link(&second)).await.status, 410);
        app.end().await;
    }

    async fn seed_003_resend_waits_60_seconds_and_revives_what_has_expired(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let mail = app.invite(&ada, "bo@example.net", "member").await;
        app.advance(Duration::from_secs(59));
        has(&told(&ada, "/invite resend invitation:bo@example.net").await, &["COOLDOWN"]);
        app.advance(Duration::from_secs(1));
        has(&told(&ada, "/invite resend invitation:bo@example.net").await, &["The link is the same"]);
        assert_eq!(link(&app.mail_to("bo@example.net").await), link(&mail));
        app.advance(Duration::from_hours(24 * 7));
        has(&told(&ada, "/invite resend invitation:bo@example.net").await, &["It had expired and is open again"]);
        let revived = app.mail_to("bo@example.net").await;
        assert_eq!(app.browser().open(&link(&mail)).await.status, 410);
        app.accept_as_new(&revived, "Bo").await;
        app.end().await;
    }

    async fn seed_003_revoking_is_confirmed_and_kills_the_link_at_once(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let mail = app.invite(&ada, "bo@example.net", "member").await;
        let ask = said(ada.slash("/invite revoke invitation:bo@example.net").await);
        assert_eq!(app.browser().open(&link(&mail)).await.status, 200, "nothing happens before the answer");
        has(&pressed(&ada, &ask, "Revoke bo@example.net").await.text(), &["Its link no longer works."]);
        assert_eq!(app.browser().open(&link(&mail)).await.status, 410);
        app.end().await;
    }

    async fn seed_003_the_acceptance_page_knows_four_cases(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        // A new person sets name and password, and is in the team, signed in.
        let mail = app.invite(&ada, "new@example.net", "member").await;
        let page = app.browser().open(&link(&mail)).await;
        let page = page.submit("Create account & join", &[("name", "Newt"), ("password", PASSWORD)]).await;
        assert!(page.url.path().starts_with("/teams/"), "{}", page.url);
        let newt = app.accept_as_new(&app.invite(&ada, "cy@example.net", "member").await, "Cy").await;
        // Somebody known, signed out, is asked to sign in as the invited address; signed in, it is one button.
        let known = app.world.guest("known@example.net").await;
        app.world.set_password(known, PASSWORD).await;
        let mail = app.invite(&ada, "known@example.net", "member").await;
        let page = app.browser().open(&link(&mail)).await;
        assert!(page.form("Create account & join").is_none(), "{}", page.text());
        let page = page.submit("Sign in", &[("password", PASSWORD)]).await;
        assert!(page.form("Accept invitation").is_some(), "{}", page.text());
        // Somebody else is told to sign out.
        let other = newt.open(&link(&mail)).await;
        has(&other.text(), &["k…@e….net"]);
        assert!(other.form("Accept invitation").is_none() && other.form("Sign out and continue").is_some());
        let team = page.submit("Accept invitation", &[]).await;
        assert!(team.url.path().starts_with("/teams/"), "{}", team.url);
        app.end().await;
    }

    async fn seed_003_a_role_changes_at_once_but_not_ones_own(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        let bo = app.seated("Bo", "member").await;
        let ask = said(ada.slash("/member role member:Bo role:admin").await);
        has(&pressed(&ada, &ask, "Make Bo Admin").await.text(), &["Bo is now Admin"]);
        has(&told(&bo, "/member list").await, &["you are Admin"]);
        has(&told(&bo, "/member role member:Bo role:member").await, &["You cannot change your own role."]);
        app.end().await;
    }

    async fn seed_003_a_member_is_removed_after_a_confirmation_but_not_oneself(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        app.seated("Bo", "member").await;
        has(&told(&ada, "/member remove member:Ada").await, &["You cannot remove yourself."]);
        let ask = said(ada.slash("/member remove member:Bo").await);
        has(&told(&ada, "/member list").await, &["2 members"]);
        has(&pressed(&ada, &ask, "Remove Bo").await.text(), &["Bo is removed"]);
        has(&told(&ada, "/member list").await, &["1 member"]);
        app.end().await;
    }

    async fn seed_003_the_team_page_has_the_members_and_the_pending_invitations_with_their_end(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        app.seated("Bo", "member").await;
        app.invite(&ada, "cy@example.net", "member").await;
        let browser = signed_in(&app, "ada", "ada@example.org").await;
        let path = format!("/teams/{}", app.team().await);
        let page = browser.open(&path).await;
        has(&page.text(), &["Ada", "Bo", "Pending invitations", "cy@example.net", "Expires", "in 7 days"]);
        // A role is changed there, after a question because it is the top one, and not one's own.
        assert!(page.form("Change the role of Ada").is_none(), "{}", page.text());
        let question = page.submit("Change the role of Bo", &[("role", "admin")]).await;
        has(&question.text(), &["Make Bo Admin?"]);
        let page = question.submit("Make Bo Admin", &[]).await;
        has(&page.text(), &["Bo is now Admin"]);
        has(&told(&ada, "/member list").await, &["Bo · Admin"]);
        app.end().await;
    }
}
