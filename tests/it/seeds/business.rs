//! Seed 004. Its call of the API comes with the API.

use std::time::Duration;

use muster_core::both_dbs;

use super::{has, pressed, told};
use crate::app::{TestApp, link, said};

both_dbs! {
    async fn seed_004_inviting_needs_a_pro_or_business_plan(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        has(&told(&ada, "/invite email role:member").await, &["Upgrade to a Pro or Business plan to use team features", "PLAN"]);
        app.world.set_plan(app.team().await, "pro").await;
        app.invite(&ada, "bo@example.net", "member").await;
        app.end().await;
    }

    async fn seed_004_people_with_an_account_are_not_invited(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        app.world.guest("known@example.net").await;
        let review = app.review(&ada, "known@example.net, new@example.net", "member").await;
        has(&review.text(), &["known@example.net · has an account already", "new@example.net · new"]);
        let sent = pressed(&ada, &review, "Send 1 invitation").await;
        has(&sent.text(), &["Cannot invite users who already have accounts", "1 invitation sent"]);
        app.mail_to("new@example.net").await;
        app.end().await;
    }

    async fn seed_004_owner_and_admins_invite_and_change_roles_and_nobody_else(world: World) {
        let app = TestApp::start(world).await;
        app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        let admin = app.seated("Al", "admin").await;
        let bo = app.seated("Bo", "member").await;
        app.invite(&admin, "cy@example.net", "admin").await;
        has(&told(&bo, "/invite email role:member").await, &["Only Owners and Admins can send invitations."]);
        has(&told(&bo, "/member role member:Al role:member").await, &["Only Owners and Admins can change roles."]);
        has(&told(&admin, "/member role member:Bo role:admin").await, &["Bo is now Admin"]);
        has(&told(&bo, "/invite list").await, &["you are Admin"]);
        // And whom it is about is told by mail.
        let mail = app.mail_to("bo@example.org").await;
        has(&mail.text, &["Member", "Admin", "Al"]);
        app.end().await;
    }

    async fn seed_004_an_invitation_expires_after_7_days(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        let mail = app.invite(&ada, "bo@example.net", "member").await;
        app.advance(Duration::from_hours(24 * 7));
        assert_eq!(app.browser().open(&link(&mail)).await.status, 410);
        app.end().await;
    }

    async fn seed_004_the_size_of_the_team_depends_on_the_plan(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        for n in 0..4 {
            app.seated(&format!("Member{n}"), "member").await;
        }
        let review = app.review(&ada, "bo@example.net", "member").await;
        has(&pressed(&ada, &review, "Send 1 invitation").await.text(), &["Maximum team size reached for current plan"]);
        app.world.set_plan(app.team().await, "business").await;
        app.invite(&ada, "bo@example.net", "member").await;
        has(&told(&ada, "/team overview").await, &["Business", "6 of 25 used"]);
        app.end().await;
    }

    async fn seed_004_the_list_shows_who_they_are_since_when_how_active_and_by_whom_invited(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        let mail = app.invite(&ada, "bo@example.net", "member").await;
        app.accept_as_new(&mail, "Bo").await;
        has(&told(&ada, "/member list").await, &["Bo · Member · bo@example.net · joined", "invited by Ada · active"]);
        app.advance(Duration::from_hours(24 * 31));
        has(&told(&ada, "/member list").await, &["invited by Ada · inactive since"]);
        app.end().await;
    }

    async fn seed_004_the_owner_is_fixed(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        let al = app.seated("Al", "admin").await;
        has(&told(&al, "/member role member:Ada role:member").await, &["Owner role cannot be changed or transferred."]);
        has(&told(&al, "/member remove member:Ada").await, &["The Owner cannot be removed or deactivated."]);
        has(&told(&ada, "/member role member:Al role:owner").await, &["Owner role cannot be changed or transferred."]);
        has(&told(&ada, "/team transfer member:Al").await, &["The role Owner cannot be transferred."]);
        app.end().await;
    }

    async fn seed_004_removing_is_permanent_and_deactivating_is_offered_instead(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        let bo = app.seated("Bo", "member").await;
        let ask = said(ada.slash("/member remove member:Bo").await);
        has(&ask.text(), &["This is permanent and cannot be undone. Consider deactivating instead."]);
        has(&pressed(&ada, &ask, "Deactivate instead").await.text(), &["Bo is deactivated"]);
        has(&told(&bo, "/member list team:Aurora").await, &["Your membership of Aurora is deactivated."]);
        has(&told(&ada, "/member reactivate member:Bo").await, &["Bo is active again"]);
        let ask = said(ada.slash("/member remove member:Bo").await);
        has(&pressed(&ada, &ask, "Remove Bo").await.text(), &["Bo is removed"]);
        has(&told(&bo, "/member list").await, &["NO-TEAM"]);
        // For good: whoever has an account cannot be invited again.
        let review = app.review(&ada, "bo@example.org", "member").await;
        has(&review.text(), &["has an account already"]);
        app.end().await;
    }

    async fn seed_004_teams_are_isolated_from_each_other(world: World) {
        let app = TestApp::start(world).await;
        app.founder("business").await;
        let team = app.team().await;
        let (_, eve) = app.person("Eve", discord_sim::Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Borealis preset:business").await);
        let hers = said(eve.slash("/team list").await);
        let ada = app.world.account_of(app.sim.user("ada").id.cast_signed()).await;
        let id = app.world.member(team, ada).await.id;
        for forged in [format!("v1|overview|{team}"), format!("v1|ask-delete|{team}"), format!("v1|ask-leave|{team}"), format!("v1|members|{team}|-|0"),
            format!("v1|member|{team}|{id}"), format!("v1|deactivate|{team}|{id}"), format!("v1|ask-remove|{team}|{id}"), format!("v1|restore|{team}"),
        ] {
            let card = said(eve.forge_click(&hers, &forged).await);
            has(&card.text(), &["NOT-FOUND"]);
        }
        app.sim.take_complaints();
        app.end().await;
    }
}
