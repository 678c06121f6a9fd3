//! The pages of API keys, and the code that an invited person types who came by a program's link.

use std::time::Duration;

use axum::http::Request;
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::policy::Permission;
use muster_core::testing::World;

use super::support::{Answer, Browser, PASSWORD, send, site};

/// Somebody signed in who owns a team.
async fn owner(world: &World) -> (muster_core::actor::Actor, muster_core::ids::TeamId, Browser) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world.verify(ada.account, "ada@example.org").await;
    world.set_password(ada.account, PASSWORD).await;
    (
        ada,
        team,
        Browser::signed_in(&site(world), "ada@example.org", PASSWORD).await,
    )
}

/// The secret that a page shows, if it does.
fn secret(page: &Answer) -> Option<String> {
    let (_, rest) = page.body.split_once("id=\"secret\">")?;
    rest.split('<').next().map(str::to_owned)
}

/// What the API answers to a key.
async fn opens(world: &World, key: &str) -> u16 {
    let request = Request::get("/api/team").header("x-api-key", key);
    send(&site(world), request.body(axum::body::Body::empty()).unwrap())
        .await
        .status
        .as_u16()
}

both_dbs! {
    async fn a_key_is_made_on_the_page_and_shows_its_secret_once(world: World) {
        let (_, team, mut ada) = owner(&world).await;
        let keys = format!("/teams/{team}/keys");
        ada.get(&keys).await.says(200, "There are none yet.");
        let nothing = ada.post(&keys, &[("name", "CI"), ("ends", "90d")]).await;
        nothing.says(422, "That list of permissions can&#39;t be used: it is empty.");
        nothing.says(422, "value=\"CI\"");
        ada.post(&keys, &[("name", "CI"), ("ends", "90d"), ("everything", "on")]).await.says(422, "FORM-BAD");
        let made = ada.post(&keys, &[("name", "CI <3"), ("ends", "90d"), ("members.view", "on"), ("members.invite", "on")]).await;
        let path = made.location().to_owned();
        let page = ada.follow(&made).await;
        page.says(200, "Secret not shown yet");
        assert_eq!(secret(&page), None);
        let shown = ada.post(&format!("{path}/secret"), &[]).await;
        let first = secret(&shown).unwrap();
        assert_eq!(shown.headers["cache-control"], "no-store");
        assert_eq!(opens(&world, &first).await, 200);
        // Never again.
        ada.post(&format!("{path}/secret"), &[]).await.says(409, "KEY-SHOWN");
        assert_eq!(secret(&ada.get(&path).await), None);
        ada.get(&path).await.says(200, "CI &#60;3");
        ada.get(&format!("{path}/rotate")).await.says(200, "works for 24 hours more");
        let second = secret(&ada.post(&format!("{path}/rotate"), &[]).await).unwrap();
        assert_eq!((opens(&world, &first).await, opens(&world, &second).await), (200, 200));
        ada.get(&path).await.says(200, "works until");
        let revoked = format!("{path}?done=key-revoked");
        ada.get(&format!("{path}/revoke")).await.says(200, "Revoke CI &#60;3?");
        assert_eq!(ada.post(&format!("{path}/revoke"), &[]).await.location(), revoked);
        ada.get(&path).await.says(200, "Revoked");
        assert_eq!((opens(&world, &first).await, opens(&world, &second).await), (401, 401));
        // Once more changes nothing.
        assert_eq!(ada.post(&format!("{path}/revoke"), &[]).await.location(), revoked);
        let kinds: Vec<_> = world.log(team).await.into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::ApiKeyRefused, Kind::ApiKeyRevoked, Kind::ApiKeyRotated, Kind::ApiKeyCreated, Kind::SignedIn, Kind::TeamCreated]);
    }

    async fn only_its_maker_sees_a_secret_and_only_managers_see_keys(world: World) {
        let (ada, team, _) = owner(&world).await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "owner").await;
        let cy = world.joined(ada, team, "cy@example.org", "Cy", "member").await;
        for (who, address) in [(bo, "bo@example.org"), (cy, "cy@example.org")] {
            world.verify(who.account, address).await;
            world.set_password(who.account, PASSWORD).await;
        }
        let (key, _) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        let path = format!("/teams/{team}/keys/{}", key.id);
        let mut bo = Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
        bo.get(&path).await.says(200, "Only Ada can see a secret of this key");
        bo.post(&format!("{path}/rotate"), &[]).await.says(403, "NEED-ROLE");
        let mut cy = Browser::signed_in(&site(&world), "cy@example.org", PASSWORD).await;
        cy.get(&path).await.says(403, "NEED-ROLE");
        cy.get(&format!("/teams/{team}/keys")).await.says(403, "Only Owners can manage API keys");
        let nobody = Browser::new(&site(&world)).get(&path).await;
        assert!(nobody.location().starts_with("/login"), "{}", nobody.location());
    }

    async fn somebody_new_who_comes_by_a_programs_link_types_the_mailed_code(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.api_token(&invitation));
        let mut bo = Browser::new(&site(&world));
        bo.get(&path).await.says(200, "Mail me a code");
        let good = |code: &str| [("name", "Bo".to_owned()), ("password", PASSWORD.to_owned()), ("code", code.to_owned())];
        let post = |bo: &Browser, code: &str| { let (mut bo, path, fields) = (bo.clone(), path.clone(), good(code)); async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            bo.post(&path, &fields).await
        } };
        post(&bo, "123456").await.says(422, "That code no longer counts.");
        let asked = bo.post(&format!("{path}/code"), &[]).await;
        bo.follow(&asked).await.says(200, "A code is on its way to <strong>bo@example.org</strong>");
        bo.post(&format!("{path}/code"), &[]).await.says(429, "COOLDOWN");
        let code = world.mailed_code().await.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        post(&bo, wrong).await.says(422, "You can try 4 more times.");
        let joined = post(&bo, &code).await;
        assert_eq!(joined.location(), format!("/teams/{team}?welcome=1"));
        world.env.clock().advance(Duration::from_mins(1));
        Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
    }
}
