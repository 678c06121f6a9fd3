//! Seed 000.

use std::time::Duration;

use muster_core::both_dbs;

use super::{has, pressed, told};
use crate::app::{PASSWORD, TestApp, said};

both_dbs! {
    async fn seed_000_an_invitation_has_email_and_role_and_is_pending_accepted_or_expired(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.invite(&ada, "bo@example.net", "viewer").await;
        app.invite(&ada, "cy@example.net", "member").await;
        has(&told(&ada, "/invite list").await, &["bo@example.net · Pending · Viewer", "cy@example.net · Pending · Member"]);
        app.accept_as_new(&bo, "Bo").await;
        app.advance(Duration::from_hours(24 * 7));
        has(&told(&ada, "/invite list status:accepted").await, &["bo@example.net · Accepted"]);
        has(&told(&ada, "/invite list status:expired").await, &["cy@example.net · Expired"]);
        app.end().await;
    }

    async fn seed_000_a_pending_invitation_is_sent_again(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        app.invite(&ada, "bo@example.net", "viewer").await;
        app.advance(Duration::from_mins(1));
        has(&told(&ada, "/invite resend invitation:bo@example.net").await, &["Sent again to bo@example.net"]);
        app.mail_to("bo@example.net").await;
        app.end().await;
    }

    async fn seed_000_roles_change_at_once_and_only_by_owners(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.seated("Bo", "member").await;
        has(&told(&bo, "/member role member:Ada role:viewer").await, &["Only Owners can change roles."]);
        has(&told(&ada, "/member role member:Bo role:viewer").await, &["Bo is now Viewer"]);
        has(&told(&bo, "/member list").await, &["you are Viewer"]);
        app.end().await;
    }

    async fn seed_000_owners_are_several_with_equal_rights(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.seated("Bo", "owner").await;
        let cy = app.seated("Cy", "viewer").await;
        for owner in [&ada, &bo] {
            has(&told(owner, "/member deactivate member:Cy").await, &["Cy is deactivated"]);
            has(&told(owner, "/member reactivate member:Cy").await, &["Cy is active again"]);
            has(&told(owner, "/activity log").await, &["Cy"]);
        }
        has(&told(&cy, "/activity log").await, &["Only Owners can"]);
        let ask = said(bo.slash("/member role member:Ada role:member").await);
        has(&pressed(&bo, &ask, "Make Ada Member").await.text(), &["Ada is now Member"]);
        app.end().await;
    }

    async fn seed_000_a_member_is_removed_after_a_confirmation(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.seated("Bo", "member").await;
        let ask = said(ada.slash("/member remove member:Bo").await);
        has(&told(&bo, "/member list").await, &["you are Member"]);
        has(&pressed(&ada, &ask, "Remove Bo").await.text(), &["Bo is removed"]);
        has(&told(&bo, "/member list").await, &["NO-TEAM"]);
        app.end().await;
    }

    async fn seed_000_you_cannot_remove_yourself(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        app.seated("Bo", "owner").await;
        has(&told(&ada, "/member remove member:Ada").await, &["Cannot remove yourself. Transfer ownership first.", "SELF-REMOVE"]);
        app.end().await;
    }

    async fn seed_000_there_is_never_no_owner(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        app.seated("Root", "viewer").await;
        let bo = app.seated("Bo", "owner").await;
        // Whatever order they come in, the second of the two demotions is refused.
        let first = said(ada.slash("/member role member:Bo role:viewer").await);
        let second = said(bo.slash("/member role member:Ada role:viewer").await);
        has(&pressed(&ada, &first, "Make Bo Viewer").await.text(), &["Bo is now Viewer"]);
        has(&pressed(&bo, &second, "Make Ada Viewer").await.text(), &["Only Owners can change roles. You are Viewer."]);
        // Not even somebody from outside takes the last one.
        app.world.appoint(&["root@example.org"]).await;
        let root = app.sim.client(&app.sim.user("root"), &app.guild, "general");
        has(&told(&root, "/member role member:Ada role:viewer").await, &["LAST-OWNER", "A team must have at least one Owner."]);
        has(&told(&root, "/member remove member:Ada").await, &["LAST-OWNER"]);
        has(&told(&root, "/member deactivate member:Ada").await, &["LAST-OWNER"]);
        app.end().await;
    }

    async fn seed_000_after_a_transfer_the_new_owner_removes_the_old_one(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.seated("Bo", "member").await;
        let ask = said(ada.slash("/team transfer member:Bo").await);
        let form = ada.click(&ask, "Transfer to Bo…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let done = said(ada.submit(&form, &[("Type the team's name to go on", "Aurora")]).await);
        has(&done.text(), &["Bo is now Owner"]);
        let ask = said(bo.slash("/member remove member:Ada").await);
        has(&pressed(&bo, &ask, "Remove Ada").await.text(), &["Ada is removed"]);
        has(&told(&ada, "/member list").await, &["NO-TEAM"]);
        app.end().await;
    }

    async fn seed_000_the_log_has_invitations_with_roles_role_changes_and_removals(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        app.seated("Bo", "member").await;
        app.invite(&ada, "cy@example.net", "viewer").await;
        told(&ada, "/member role member:Bo role:viewer").await;
        let ask = said(ada.slash("/member remove member:Bo").await);
        pressed(&ada, &ask, "Remove Bo").await;
        has(&told(&ada, "/activity log").await, &[
            "Ada invited c…@e….net as Viewer",
            "Ada changed Bo from Member to Viewer",
            "Ada removed Bo, who was Viewer",
        ]);
        app.end().await;
    }

    async fn seed_000_logins_are_logged(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let mail = app.invite(&ada, "bo@example.net", "member").await;
        app.accept_as_new(&mail, "Bo").await;
        let browser = app.browser();
        for (password, shown) in [("a wrong password", "Email address or password are not right."), (PASSWORD, "Hello, Bo")] {
            let fields = [("email", "bo@example.net"), ("password", password)];
            let page = browser.open("/login").await.submit("Sign in", &fields).await;
            has(&page.text(), &[shown]);
        }
        has(&told(&ada, "/activity log").await, &["Bo signed in on the web"]);
        // Written in the background, so that nobody who tries can tell by the time whether there is such an account.
        let failed = async {
            while !told(&ada, "/activity log").await.contains("Somebody failed to sign in as Bo") {}
        };
        tokio::time::timeout(Duration::from_secs(20), failed).await.expect("the failure is logged");
        app.end().await;
    }

    async fn seed_000_twenty_invitations_an_hour(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let twenty: Vec<String> = (0..20).map(|n| format!("p{n}@example.net")).collect();
        let review = app.review(&ada, &twenty.join(","), "viewer").await;
        has(&pressed(&ada, &review, "Send 20 invitations").await.text(), &["20 invitations sent"]);
        for _ in 0..20 {
            app.sink.next_mail().await;
        }
        let review = app.review(&ada, "late@example.net", "viewer").await;
        has(&pressed(&ada, &review, "Send 1 invitation").await.text(), &["its 20 invitations of this hour"]);
        app.end().await;
    }

    async fn seed_000_members_link_their_discord_accounts(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let (_, bo) = app.person("Bo", discord_sim::Permissions::NONE);
        let browser = app.accept_as_new(&app.invite(&ada, "bo@example.net", "member").await, "Bo").await;
        has(&told(&bo, "/member list").await, &["NOT-LINKED"]);
        app.link_discord(&bo, &browser).await;
        has(&told(&bo, "/member list").await, &["you are Member"]);
        has(&told(&ada, "/activity log").await, &["Bo linked the Discord account bo"]);
        app.end().await;
    }
}
