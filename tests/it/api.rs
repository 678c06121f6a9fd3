//! API keys from Discord to the page that shows their secret, and programs that use them against the running program.

use std::process::Stdio;

use discord_sim::Permissions;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use reqwest::Client;
use serde_json::Value;

use crate::app::{PASSWORD, TestApp, said};
use crate::browser::{Browser, Page};

/// Somebody in Discord, signed in on the web too.
pub async fn signed_in(app: &TestApp, name: &str, address: &str) -> Browser {
    let account = app.world.account_of(app.sim.user(name).id.cast_signed()).await;
    app.world.verify(account, address).await;
    app.world.set_password(account, PASSWORD).await;
    let browser = app.browser();
    let page = browser.open(&format!("{}/login", app.url)).await;
    let page = page
        .submit("Sign in", &[("email", address), ("password", PASSWORD)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    browser
}

/// The secret that a page shows.
fn secret(page: &Page) -> String {
    let (_, rest) = page
        .body
        .split_once("id=\"secret\">")
        .unwrap_or_else(|| panic!("no secret in {}", page.text()));
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// What a program is answered: status and body.
pub async fn get(app: &TestApp, key: &str, path: &str) -> (u16, Value) {
    let request = Client::new()
        .get(format!("{}{path}", app.url))
        .header("x-api-key", key);
    let answer = request.send().await.expect("it answers");
    (answer.status().as_u16(), answer.json().await.expect("in JSON"))
}

/// A key of whoever a Discord user is.
pub async fn key(app: &TestApp, name: &str, team: TeamId, permissions: &[Permission]) -> String {
    let account = app.world.account_of(app.sim.user(name).id.cast_signed()).await;
    let actor = Actor {
        account,
        surface: Surface::Discord,
    };
    app.world
        .api_key(actor, team, permissions)
        .await
        .expect("a key is made")
        .1
}

both_dbs! {
    async fn a_key_goes_from_discord_to_the_page_to_a_program_and_ends(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let made = said(ada.slash("/apikey create name:Importer permissions:invite ends:In 30 days").await);
        assert!(made.text().contains("API key Importer is ready") && !made.text().contains("mstr_"), "{}", made.text());
        assert!(made.text().contains("`members.view`, `members.invite`, `invitations.manage`"), "{}", made.text());
        let link = made.link("Show the secret").expect("a link").to_owned();
        let browser = signed_in(&app, "ada", "ada@example.org").await;
        let first = secret(&browser.open(&link).await.submit("Show the secret", &[]).await);
        assert_eq!(get(&app, &first, "/api/team").await.1["data"]["name"], "Aurora");
        assert_eq!(get(&app, &first, "/team/activity").await.0, 403);
        let list = said(ada.slash("/apikey list").await);
        assert!(list.text().contains("Importer · Live · by Ada"), "{}", list.text());
        let rotate = said(ada.slash("/apikey rotate key:Importer").await);
        let page = browser.open(rotate.link("Open the page").expect("a link")).await;
        let asked = browser.open(&format!("{}/rotate", page.url.path())).await;
        let second = secret(&asked.submit("Make a new secret", &[]).await);
        assert_eq!((get(&app, &first, "/api/team").await.0, get(&app, &second, "/api/team").await.0), (200, 200));
        let ask = said(ada.slash("/apikey revoke key:Importer").await);
        let revoked = said(ada.click(&ask, "Revoke Importer").await);
        assert!(revoked.text().contains("Revoked the API key Importer"), "{}", revoked.text());
        let (status, problem) = get(&app, &second, "/api/team").await;
        assert_eq!((status, problem["code"].as_str()), (401, Some("KEY-REVOKED")));
        let log = said(ada.slash("/activity log").await);
        for part in ["Ada created the API key Importer", "another secret", "Ada revoked the API key Importer", "which is over; it was refused"] {
            assert!(log.text().contains(part), "{part} in {}", log.text());
        }
        app.end().await;
    }

    async fn keys_are_for_those_who_may_manage_them(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        let bo = app.seated("Bo", "member").await;
        for command in ["/apikey list", "/apikey create name:x permissions:all", "/apikey revoke key:x"] {
            let card = said(bo.slash(command).await);
            assert!(card.text().contains("Only Owners can manage API keys. You are Member."), "{}", card.text());
        }
        let card = said(ada.slash("/apikey create name:x permissions:everything").await);
        assert!(card.text().contains("there is none called `everything`"), "{}", card.text());
        let none = said(ada.slash("/apikey list").await);
        assert!(none.text().contains("No API keys yet"), "{}", none.text());
        let offered = ada.autocomplete("/apikey create", "permissions", "", &[("name", "x")]).await.expect("choices");
        assert!(offered.iter().any(|choice| choice.name.contains("Everything that your role may do")), "{offered:?}");
        app.end().await;
    }

    async fn seed_000_the_log_is_read_by_programs(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("campaigns").await;
        app.seated("Bo", "member").await;
        said(ada.slash("/member role member:Bo role:viewer").await);
        let key = key(&app, "ada", app.team().await, &[Permission::ActivityView]).await;
        let (status, log) = get(&app, &key, "/team/activity?type=member.role_changed").await;
        assert_eq!(status, 200, "{log}");
        assert_eq!((&log["data"][0]["actor"]["name"], &log["data"][0]["subject"]), (&Value::from("Ada"), &Value::from("Bo")));
        app.end().await;
    }

    /// The seed's own client, by Node, without a change.
    async fn seed_004_a_client_as_the_document_shows_it_works(world: World) {
        let app = TestApp::start(world).await;
        app.founder("business").await;
        let team = app.team().await;
        app.world.set_plan(team, "pro").await;
        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Borealis preset:business").await);
        let teams = muster_core::team::all_ids(&mut app.world.db.read().await.expect("the database is there")).await.expect("teams");
        let free = teams.into_iter().find(|id| *id != team).expect("two teams");
        app.world.guest("known@example.org").await;
        let wanted = [Permission::MembersInvite];
        let keys = [
            ("MUSTER_KEY", key(&app, "ada", team, &wanted).await),
            ("MUSTER_KEY_FREE", key(&app, "eve", free, &wanted).await),
            ("MUSTER_KEY_LIMITED", key(&app, "ada", team, &[Permission::MembersView]).await),
        ];
        let client = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/seed_004.mjs");
        let mut node = tokio::process::Command::new("node");
        node.arg("--test").arg(client).env("MUSTER_URL", &app.url).envs(keys).stdin(Stdio::null());
        let ran = node.output().await.expect("Node is there: tests/install");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        for address in ["newmember@example.com", "other@example.com"] {
            app.mail_to(address).await;
        }
        app.end().await;
    }
}
