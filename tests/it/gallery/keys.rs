//! The tour of API keys, from none to one that is over.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::api_key;
use muster_core::locale::Locale;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::testing::World;
use muster_phrases::say;

use super::tour::{Seen, Tour};
use crate::api::get;
use crate::app::said;

/// Ada makes a key, a program uses it, and it gets another secret and ends.
pub async fn tour(world: World, locale: Locale) -> Seen {
    let mut tour = Tour::begin(world, locale).await;
    tour.about("api-keys");
    let ada = tour.person("Ada", Permissions::MANAGE_GUILD);
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    making(&mut tour, &ada).await;
    using(&mut tour, &ada).await;
    ending(&mut tour, &ada).await;
    tour.end().await
}

async fn making(tour: &mut Tour, ada: &Person) {
    tour.slash("no keys yet", ada, "/apikey list").await;
    let named = [("name", "Now")];
    for typed in ["", "invite, mem"] {
        tour.completes(ada, "apikey create", "permissions", typed, &named)
            .await;
    }
    let make = "/apikey create name:Now permissions:invite ends:0";
    tour.slash("a key is made", ada, make).await;
    // Time goes on, so that the list has an order.
    tour.app.advance(Duration::from_secs(1));
    let unknown = "/apikey create name:New permissions:everything";
    tour.slash("a permission that is none", ada, unknown).await;
    let nameless = "/apikey create name:\u{200b} permissions:read";
    tour.slash("a name that is none", ada, nameless).await;
    let endless = "/apikey create name:New permissions:read ends:3";
    tour.slash("one without end", ada, endless).await;
    let bo = tour.seated("Bo", "member").await;
    tour.slash("not a member's business", &bo, "/apikey list").await;
    tour.slash("the keys", ada, "/apikey list").await;
    tour.completes(ada, "apikey revoke", "key", "", &[]).await;
}

/// The secrets are shown on a page, which is not of this gallery: here they are taken where that page takes them.
async fn using(tour: &mut Tour, ada: &Person) {
    let (actor, team) = (tour.actor(ada).await, tour.app.team().await);
    let (env, db) = (&tour.app.world.env, &tour.app.world.db);
    let mut tx = db.write().await.expect("the database is there");
    let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await;
    let grant = grant.expect("Ada may");
    let keys = api_key::list(&mut tx, &grant, Slice::page(0, 10)).await;
    let keys = keys.expect("they can be listed").rows;
    let key = keys
        .iter()
        .find(|row| row.key.name == "Now")
        .expect("it is listed");
    let id = key.key.id;
    let shown = api_key::show(&mut tx, env, &grant, id).await;
    let secret = shown.expect("once").1;
    tx.commit().await.expect("it is kept");
    assert_eq!(get(&tour.app, &secret, "/api/team").await.0, 200);
    let request = reqwest::Client::new()
        .post(format!("{}/api/team-members/invite", tour.app.url))
        .header("x-api-key", &secret)
        .json(&serde_json::json!({ "email": "eve@example.org" }));
    let answer = request.send().await.expect("it answers");
    assert_eq!(answer.status(), 201);
    tour.app.mail_to("eve@example.org").await;
    tour.slash("what a program did, in the log", ada, "/activity log")
        .await;
    let list = said(ada.slash("/apikey list").await);
    let open = tour.word("card-open");
    let id = id.to_string();
    let one = tour.choose("one that is used", ada, &list, &open, &id).await;
    let rotate = tour.word("api-key-rotate-ask");
    tour.press("another secret", ada, &one, &rotate).await;
    let rotated = tour.app.world.rotate_key(actor, team, key.key.id).await;
    rotated.expect("Ada made it");
    let list = said(ada.slash("/apikey list").await);
    tour.choose("one with two secrets", ada, &list, &open, &id).await;
}

async fn ending(tour: &mut Tour, ada: &Person) {
    let list = said(ada.slash("/apikey list").await);
    let id = list.select(&tour.word("card-open")).expect("a select").options[0]
        .value
        .clone();
    let open = tour.word("card-open");
    let one = tour.choose("before it ends", ada, &list, &open, &id).await;
    let ask = tour
        .press("before revoking", ada, &one, &tour.word("api-key-revoke-ask"))
        .await;
    let revoke = say!(tour.locale, "api-key-revoke", name = "New");
    let pressed = ask.buttons().last().and_then(|button| button.custom_id.clone());
    let revoked = tour.press("revoked", ada, &ask, &revoke).await;
    let twice = ada.forge_click(&revoked, &pressed.expect("an id")).await;
    tour.seen.card("revoked twice", &said(twice));
    tour.app.advance(Duration::from_hours(24 * 31));
    tour.slash("all of them are over", ada, "/apikey list").await;
}
