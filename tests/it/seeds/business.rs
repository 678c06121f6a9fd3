//! Seed 004. Its call of the API is in `tests/it/api.rs`.

use std::time::Duration;

use muster_core::both_dbs;
use muster_core::ids::{AccountId, TeamId};
use muster_core::policy::Permission;
use serde_json::json;

use super::{has, pressed, told};
use crate::app::{PASSWORD, TestApp, link, said};
use crate::rules::import;

/// The host product reports what was done in it to one and the same thing, with a key of Ada's.
async fn reported(app: &TestApp, team: TeamId, events: &[(&str, AccountId, u32)]) {
    let key = crate::api::key(app, "ada", team, &[Permission::ActivityView]).await;
    let events: Vec<_> = events
        .iter()
        .map(|(kind, account, count)| {
            json!({ "type": kind, "account": account.to_string(), "subject": "one", "count": count })
        })
        .collect();
    let request = reqwest::Client::new()
        .post(format!("{}/api/activity", app.url))
        .header("x-api-key", key)
        .header("content-type", "application/json")
        .body(json!({ "events": events }).to_string());
    let answer = request.send().await.expect("it answers");
    assert_eq!(answer.status().as_u16(), 201, "{:?}", answer.text().await);
}

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

    async fn seed_004_insights_say_who_is_active_what_is_used_and_how_it_changes(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        let team = app.team().await;
        app.seated("Bo", "member").await;
        app.seated("Cy", "member").await;
        let mut people = Vec::new();
        for name in ["bo", "cy"] {
            people.push(app.world.account_of(app.sim.user(name).id.cast_signed()).await);
        }
        // A week ago the host product told of one link, and now of links, QR codes and pages.
        reported(&app, team, &[("link.created", people[0], 1)]).await;
        app.advance(Duration::from_hours(24 * 7));
        reported(&app, team, &[("link.created", people[0], 8), ("qr_code.created", people[0], 2), ("page.edited", people[1], 3)]).await;
        has(&told(&ada, "/insights people range:7 days").await, &["Bo: 10", "Cy: 3", "Work on the same things", "Bo and Cy: 1"]);
        has(&told(&ada, "/insights features range:7 days").await, &["link.created: 8 by 1 person, before 1", "page.edited: 3", "Created: 10 things"]);
        let card = said(ada.slash("/insights growth range:7 days").await);
        let trends = said(ada.select(&card, "Another report…", &["trends"]).await);
        has(&trends.text(), &["In the host product: 13, ", "more than before (1)"]);
        app.end().await;
    }

    async fn seed_004_permission_changes_sign_ins_and_alerts_are_logged(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.seated("Bo", "member").await;
        has(&told(&ada, "/member role member:Bo role:admin").await, &["Bo is now Admin"]);
        app.mail_to("bo@example.org").await;
        let rules = app.world.policy(app.team().await).await.to_toml();
        let ask = said(import(&ada, &[], rules.replacen("lifetime_days = 7", "lifetime_days = 5", 1)).await);
        pressed(&ada, &ask, "Use these rules").await;
        let (browser, form) = (app.browser(), [("email", "bo@example.org"), ("password", "a wrong password")]);
        let bo = app.world.account_of(app.sim.user("bo").id.cast_signed()).await;
        app.world.set_password(bo, PASSWORD).await;
        for _ in 0..5 {
            has(&browser.open("/login").await.submit("Sign in", &form).await.text(), &["Email address or password are not right."]);
        }
        let page = browser.open("/login").await.submit("Sign in", &[("email", "bo@example.org"), ("password", PASSWORD)]).await;
        has(&page.text(), &["Hello, Bo"]);
        let said_of = ["Ada changed Bo from Member to Admin", "Ada changed the rules", "Bo signed in on the web",
            "Somebody failed to sign in as Bo", "Alert: somebody failed to sign in as Bo again and again"];
        // Failures are written in the background, so that nobody can tell by the time whether there is such an account.
        let logged = async {
            loop {
                let log = told(&ada, "/activity log").await;
                if said_of.iter().all(|part| log.contains(part)) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), logged).await.expect("all of it is logged");
        app.end().await;
    }
}
