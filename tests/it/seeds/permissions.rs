//! What each role may do in the host product, in the words of the five documents: a program of that product asks, and is told.

use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use muster_core::testing::World;
use serde_json::{Value, json};

use crate::api::key;
use crate::app::TestApp;

/// A permission, and who has it.
type Table<'a> = [(&'a str, &'a [&'a str])];

async fn may(app: &TestApp, key: &str, who: &str, permission: &str) -> bool {
    let question = json!({ "discord_user": app.sim.user(who).id.to_string(), "permission": permission });
    let asked = reqwest::Client::new()
        .post(format!("{}/api/check", app.url))
        .header("x-api-key", key)
        .json(&question);
    let answer: Value = asked
        .send()
        .await
        .expect("it answers")
        .json()
        .await
        .expect("in JSON");
    answer["allowed"]
        .as_bool()
        .unwrap_or_else(|| panic!("{question}: {answer}"))
}

/// Asks about everybody and everything; the first role is the founder's.
async fn every_role_has_what_the_table_says(world: World, preset: &str, roles: &[&str], table: &Table<'_>) {
    let app = TestApp::start(world).await;
    app.founder(preset).await;
    for role in &roles[1..] {
        app.seated(&format!("The {role}"), role).await;
    }
    let team: TeamId = app.team().await;
    let key = key(&app, "ada", team, &[Permission::MembersView]).await;
    let mut wrong = Vec::new();
    for (permission, holders) in table {
        for (n, role) in roles.iter().enumerate() {
            let who = if n == 0 {
                "ada".to_owned()
            } else {
                format!("the {role}")
            };
            let allowed = may(&app, &key, &who, permission).await;
            if allowed != holders.contains(role) {
                wrong.push(format!("{role}: {permission} is {allowed}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{preset}: {wrong:#?}");
    app.end().await;
}

both_dbs! {
    async fn seed_000_three_roles_have_the_permissions_of_the_table(world: World) {
        let all: &[&str] = &["owner", "member", "viewer"];
        every_role_has_what_the_table_says(world, "campaigns", all, &[
            ("api_keys.create", &["owner"]),
            ("api_keys.view", &["owner"]),
            ("api_keys.delete", &["owner"]),
            ("members.invite", &["owner"]),
            ("members.remove", &["owner"]),
            ("roles.change", &["owner"]),
            ("members.view", all),
            ("sending", &["owner", "member"]),
            ("campaigns.manage", &["owner", "member"]),
            ("audiences.manage", &["owner", "member"]),
            ("creatives.manage", &["owner", "member"]),
            ("campaigns.history", all),
            ("reports.view", all),
        ]).await;
    }

    async fn seed_001_moderators_manage_content_and_members_use_it(world: World) {
        let all: &[&str] = &["owner", "moderator", "member"];
        every_role_has_what_the_table_says(world, "workspace", all, &[
            ("content.view", all),
            ("content.interact", all),
            ("posts.manage", &["owner", "moderator"]),
            ("comments.moderate", &["owner", "moderator"]),
            ("billing", &["owner"]),
            ("settings", &["owner"]),
        ]).await;
    }

    async fn seed_002_admin_manager_and_user_have_their_permissions(world: World) {
        let all: &[&str] = &["admin", "manager", "user"];
        let broad: &[&str] = &["admin", "manager"];
        every_role_has_what_the_table_says(world, "company", all, &[
            ("billing_email", &["admin"]),
            ("time_zone", &["admin"]),
            ("phone_number", &["admin"]),
            ("company_name", &["admin"]),
            ("settings", &["admin"]),
            ("members.invite", broad),
            ("members.remove", &["admin"]),
            ("inbox", all),
            ("campaigns", all),
            ("customers", all),
            ("contacts", broad),
            ("keywords", broad),
            ("api_keys", &["admin"]),
            ("appointment_types", broad),
            ("integrations.webhook", broad),
            ("integrations.api", broad),
        ]).await;
    }

    async fn seed_003_members_have_the_content_and_admins_the_team_too(world: World) {
        let all: &[&str] = &["admin", "member"];
        every_role_has_what_the_table_says(world, "project", all, &[
            ("links", all),
            ("qr_codes", all),
            ("pixels", all),
            ("statistics", all),
            ("team.manage", &["admin"]),
            ("members.view", &["admin"]),
            ("members.invite", &["admin"]),
            ("roles.change", &["admin"]),
            ("members.remove", &["admin"]),
        ]).await;
    }

    async fn seed_004_owner_admins_and_members_have_their_permissions(world: World) {
        let all: &[&str] = &["owner", "admin", "member"];
        let managing: &[&str] = &["owner", "admin"];
        every_role_has_what_the_table_says(world, "business", all, &[
            ("billing", &["owner"]),
            ("team.manage", managing),
            ("content.manage", managing),
            ("invites", managing),
            ("members.invite", managing),
            ("roles.change", managing),
            ("members.remove", managing),
            ("content.view", all),
        ]).await;
    }
}
