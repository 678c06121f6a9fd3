//! Seed 001.

use std::time::Duration;

use muster_core::both_dbs;

use super::{has, pressed, told};
use crate::app::{PASSWORD, TestApp, link, said};
use crate::links::{shared, way_in};

both_dbs! {
    async fn seed_001_inviting_is_by_email_as_member_or_moderator(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let mo = app.seated("Mo", "moderator").await;
        let offered = ada.autocomplete("invite email", "role", "", &[]).await.expect("it completes");
        assert_eq!(offered.len(), 2, "{offered:?}");
        let offered = mo.autocomplete("invite email", "role", "", &[]).await.expect("it completes");
        assert_eq!(offered.len(), 1, "{offered:?}");
        // Who has no account makes one from the mail.
        let mail = app.invite(&ada, "bo@example.net", "moderator").await;
        let browser = app.accept_as_new(&mail, "Bo").await;
        let page = browser.open(&format!("/teams/{}", app.team().await)).await;
        has(&page.text(), &["You are Moderator"]);
        app.end().await;
    }

    async fn seed_001_a_shareable_link_lets_anybody_in_after_sign_in(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let made = said(ada.slash("/invite link create").await);
        // Bo has an account, from another team.
        let bo = app.world.guest("bo@example.net").await;
        app.world.set_password(bo, PASSWORD).await;
        let page = app.browser().open(&shared(&made)).await;
        has(&page.text(), &["Join Aurora", "as Member"]);
        let browser = app.browser();
        let login = format!("/login?next={}", shared(&made).replace(&app.url, ""));
        let page = browser.open(&login).await.submit("Sign in", &[("email", "bo@example.net"), ("password", PASSWORD)]).await;
        let team = page.submit("Join", &[]).await;
        has(&team.text(), &["You are in. Welcome to Aurora", "You are Member"]);
        app.end().await;
    }

    async fn seed_001_a_shareable_link_lets_anybody_in_after_sign_up(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let mo = app.seated("Mo", "moderator").await;
        let made = said(mo.slash("/invite link create").await);
        for name in ["Bo", "Cy"] {
            let address = format!("{}@example.net", name.to_lowercase());
            let browser = app.browser();
            browser.open(&shared(&made)).await.submit("Send me the link", &[("email", &address)]).await;
            let mail = app.mail_to(&address).await;
            let page = browser.open(&way_in(&mail)).await;
            let team = page.submit("Create account & join", &[("name", name), ("password", PASSWORD)]).await;
            has(&team.text(), &["You are in. Welcome to Aurora", "You are Member"]);
        }
        has(&told(&ada, "/member list").await, &["4 members", "Bo · Member", "Cy · Member"]);
        app.end().await;
    }

    async fn seed_001_an_invitation_is_pending_accepted_expired_or_revoked(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let used = app.invite(&ada, "bo@example.net", "member").await;
        let dead = app.invite(&ada, "cy@example.net", "member").await;
        app.invite(&ada, "dee@example.net", "member").await;
        app.accept_as_new(&used, "Bo").await;
        let ask = said(ada.slash("/invite revoke invitation:cy@example.net").await);
        pressed(&ada, &ask, "Revoke cy@example.net").await;
        assert_eq!(app.browser().open(&link(&dead)).await.status, 410);
        // One view has all that are pending.
        let pending = told(&ada, "/invite list status:pending").await;
        has(&pending, &["1 invitation", "dee@example.net · Pending"]);
        app.advance(Duration::from_hours(24 * 7));
        has(&told(&ada, "/invite list status:all").await, &["bo@example.net · Accepted", "cy@example.net · Revoked", "dee@example.net · Expired"]);
        app.end().await;
    }

    async fn seed_001_members_are_promoted_and_demoted_at_once(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let bo = app.seated("Bo", "member").await;
        has(&told(&bo, "/invite list").await, &["Only Owners and Moderators can send invitations."]);
        has(&told(&ada, "/member role member:Bo role:moderator").await, &["Bo is now Moderator"]);
        has(&told(&bo, "/invite list").await, &["you are Moderator"]);
        has(&told(&ada, "/member role member:Bo role:member").await, &["Bo is now Member"]);
        has(&told(&bo, "/invite list").await, &["Only Owners and Moderators can send invitations. You are Member."]);
        app.end().await;
    }

    async fn seed_001_members_see_each_other_and_their_roles(world: World) {
        let app = TestApp::start(world).await;
        app.founder("workspace").await;
        let bo = app.seated("Bo", "member").await;
        has(&told(&bo, "/member list").await, &["2 members", "Ada · Owner", "Bo · Member"]);
        app.end().await;
    }

    async fn seed_001_any_member_leaves_alone_and_loses_access(world: World) {
        let app = TestApp::start(world).await;
        app.founder("workspace").await;
        for (name, role) in [("Bo", "member"), ("Mo", "moderator")] {
            let person = app.seated(name, role).await;
            let ask = said(person.slash("/team leave").await);
            has(&pressed(&person, &ask, "Leave Aurora").await.text(), &["You have left Aurora"]);
            has(&told(&person, "/member list").await, &["NO-TEAM"]);
        }
        app.end().await;
    }

    async fn seed_001_there_is_one_owner_who_is_set_at_creation_and_never_changes(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let mo = app.seated("Mo", "moderator").await;
        has(&told(&ada, "/member role member:Mo role:owner").await, &["Owner role cannot be changed or transferred."]);
        has(
            &told(&ada, "/team transfer member:Mo").await,
            &["The owner role is assigned at workspace creation and cannot be transferred to another member."],
        );
        has(&told(&mo, "/member remove member:Ada").await, &["The Owner cannot be removed or deactivated."]);
        has(&told(&mo, "/member deactivate member:Ada").await, &["OWNER-FIXED"]);
        has(&told(&ada, "/team leave").await, &["NO-LEAVE"]);
        has(&told(&ada, "/member list role:owner").await, &["1 member", "Ada · Owner"]);
        app.end().await;
    }
}
