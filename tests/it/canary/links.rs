//! An invite link: made in Discord and by a program, seen on a page, used by somebody new and by somebody known.

use muster_core::testing::World;
use serde_json::json;

use super::discord::{Team, token};
use super::scene::Scene;
use super::secret::Secret;
use super::tap::Exchange;
use super::{FIRST, SECOND};
use crate::app::said;
use crate::links::{shared, way_in};

/// Lets the team make links, as its preset does not.
async fn allowed(world: &World) {
    let mut tx = world.db.read().await.expect("the database is there");
    let teams = muster_core::team::all_ids(&mut tx)
        .await
        .expect("teams can be listed");
    drop(tx);
    let [off, on] =
        ["enabled = false", "enabled = true\nrole = \"member\""].map(|rest| format!("[link]\n{rest}"));
    world.edit_policy(teams[0], &off, &on).await;
}

/// Where the pages and the API show links to those who manage them, and what leads back to one after signing in.
fn leads(exchange: &Exchange) -> bool {
    let pages = ["GET /teams/", "POST /teams/"]
        .iter()
        .any(|begins| exchange.is_of(begins));
    let others = ["GET /api/invite-links", "POST /api/invite-links", "POST /login"];
    pages && exchange.asked.contains("/links") || others.iter().any(|begins| exchange.is_of(begins))
}

/// The ways in by invite links.
pub async fn joined(scene: &Scene, team: &Team, key: &str, secrets: &mut Vec<Secret>) {
    allowed(&scene.world).await;
    let secret = |url: &str| {
        let text = url.rsplit('/').next().expect("a part");
        // Whoever has an account already is told by mail to sign in there.
        Secret::new("an invite link", text)
            .brought_by(leads)
            .mailed(|mail| mail.to == ["canary.new@example.org"])
            .shown()
    };
    let card = said(team.ada.slash("/invite link create").await);
    let url = shared(&card);
    secrets.push(secret(&url));
    let by_program = scene
        .ask(key, "/api/invite-links", Some(&json!({ "max_uses": 3 })))
        .await;
    let other = by_program["data"]["url"]
        .as_str()
        .unwrap_or_else(|| panic!("{by_program}"))
        .to_owned();
    secrets.push(secret(&other));
    scene.ask(key, "/api/invite-links?limit=5", None).await;

    // Somebody new proves their address.
    let eve = scene.browser();
    eve.open(&url)
        .await
        .submit("Send me the link", &[("email", "canary.eve@example.org")])
        .await;
    let mail = scene.mail_to("canary.eve@example.org", "Join Aurora").await;
    let (address, text) = token(&mail, "/join/new/");
    secrets.push(Secret::new("a link to sign up", text).mailed(|mail| mail.to == ["canary.eve@example.org"]));
    let page = eve.open(&address).await;
    let page = page
        .submit("Create account & join", &[("name", "Eve"), ("password", FIRST)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    // It works once.
    assert!(scene.browser().open(&address).await.status >= 400);

    // Somebody known types their address, and is told to sign in.
    let known = scene.browser();
    known
        .open(&url)
        .await
        .submit("Send me the link", &[("email", "canary.new@example.org")])
        .await;
    let mail = scene.mail_to("canary.new@example.org", "Join Aurora").await;
    assert_eq!(way_in(&mail), url);

    // Somebody who has an account and is not in the team signs in from the link's page, and joins.
    let fay = scene.world.guest("canary.fay@example.org").await;
    scene.world.set_password(fay, SECOND).await;
    let browser = scene.browser();
    let page = browser.open(&other).await;
    let sign_in = page
        .body
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|href| href.starts_with("/login?")));
    let page = browser
        .open(&sign_in.expect("a way to sign in").replace("&amp;", "&"))
        .await;
    let page = page
        .submit(
            "Sign in",
            &[("email", "canary.fay@example.org"), ("password", SECOND)],
        )
        .await;
    let page = page.submit("Join", &[]).await;
    assert!(page.text().contains("You are in."), "{}", page.text());

    // Whoever manages the links sees them.
    let links = team.browser.open(&format!("{}/links", page.url.path())).await;
    assert!(links.body.contains(&url), "{}", links.text());
    said(team.ada.slash("/invite link list").await);
}
