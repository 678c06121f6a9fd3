//! Signing in at Discord.

use axum::Router;
use axum::http::header;
use futures::future::join_all;
use muster_core::both_dbs;
use muster_core::testing::World;

use super::fake_discord::FakeDiscord;
use super::support::{Answer, Browser, hidden, site_with};

async fn with_discord(world: &World) -> (Router, FakeDiscord) {
    let (discord, oauth) = FakeDiscord::start().await;
    (site_with(world, Some(oauth)), discord)
}

/// Goes to Discord from the sign-in page, and comes back as a user who allows it.
async fn through_discord(browser: &mut Browser, discord: &FakeDiscord, user: u64, next: &str) -> Answer {
    browser.get("/login").await.says(200, "Continue with Discord");
    let leaving = browser.post("/login/discord", &[("next", next)]).await;
    let callback = discord.allow(user, &leaving);
    assert!(
        !leaving.body.contains("/teams/"),
        "Discord does not hear where somebody goes on"
    );
    browser.get(&callback).await
}

both_dbs! {
    async fn who_founded_a_team_from_discord_signs_in_and_gets_address_and_password(world: World) {
        let (ada, team) = world.founder(7, "Ada", "Aurora", "campaigns").await;
        let (site, discord) = with_discord(&world).await;
        let mut browser = Browser::new(&site);
        let back = through_discord(&mut browser, &discord, 7, &format!("/teams/{team}")).await;
        assert_eq!(back.location(), format!("/teams/{team}"));
        assert!(!browser.cookies.contains_key("muster-next") && !browser.cookies.contains_key("muster-form"));
        browser.follow(&back).await.says(200, "You are <strong>Owner</strong>");
        let page = browser.get("/account").await;
        page.says(200, "Add an address");
        page.says(200, "You can choose one once you have an address.");
        assert_eq!(browser.get("/account/password").await.location(), "/account/address");
        browser.post("/account/unlink", &[]).await.says(409, "ONLY-LOGIN");

        browser.get("/account/address").await.says(200, "can sign in without Discord");
        browser.post("/account/address", &[("email", "ada@example.org")]).await.says(200, "Look into your mailbox");
        let token = world.address_token("ada@example.org").await;
        browser.get(&format!("/verify/{token}")).await.says(200, "Use this address");
        let done = browser.post(&format!("/verify/{token}"), &[]).await;
        browser.follow(&done).await.says(200, "That is your address now.");
        browser.get("/account/password").await.says(200, "Choose a password");
        let before = browser.cookies["muster"].clone();
        let done = browser.post("/account/password", &[("password", "violet ladder quorum")]).await;
        browser.follow(&done).await.says(200, "Your password is changed.");
        assert_ne!(browser.cookies["muster"], before);
        Browser::signed_in(&site, "ada@example.org", "violet ladder quorum").await;
        assert_eq!(world.sessions_of(ada.account).await, 2);
    }

    async fn an_unknown_discord_user_is_told_what_to_do(world: World) {
        let (site, discord) = with_discord(&world).await;
        let mut browser = Browser::new(&site);
        let page = through_discord(&mut browser, &discord, 8, "/account").await;
        page.says(403, "@user8 is not linked to an account here");
        page.says(403, "href=\"/login?next=%2Faccount\"");
        assert!(!browser.cookies.contains_key("muster"));
    }

    async fn a_sign_in_ends_in_the_browser_in_which_it_began_and_once(world: World) {
        world.founder(7, "Ada", "Aurora", "campaigns").await;
        let (site, discord) = with_discord(&world).await;
        let (mut mine, mut theirs) = (Browser::new(&site), Browser::new(&site));
        mine.get("/login").await;
        let leaving = mine.post("/login/discord", &[]).await;
        let callback = discord.allow(7, &leaving);
        // Whoever is lured there is not signed in as somebody else.
        theirs.get(&callback).await.says(410, "LINK-OVER");
        theirs.get("/login").await;
        theirs.get(&callback).await.says(410, "LINK-OVER");
        let fixed = mine.cookies["muster-form"].clone();
        assert_eq!(mine.get(&callback).await.location(), "/");
        assert_ne!(mine.cookies["muster"], fixed);
        mine.get(&callback).await.says(410, "LINK-DEAD");
        assert_eq!(mine.get("/login").await.location(), "/");
    }

    async fn of_fifty_who_come_back_at_once_one_is_signed_in(world: World) {
        let (ada, _) = world.founder(7, "Ada", "Aurora", "campaigns").await;
        let (site, discord) = with_discord(&world).await;
        let mut browser = Browser::new(&site);
        browser.get("/login").await;
        let leaving = browser.post("/login/discord", &[]).await;
        let callback = discord.allow(7, &leaving);
        let answers = join_all((0..50).map(|_| {
            let (mut one, callback) = (browser.clone(), callback.clone());
            async move { one.get(&callback).await.status.as_u16() }
        }));
        let mut statuses = answers.await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (303, &[410; 49][..]));
        assert_eq!(world.sessions_of(ada.account).await, 1);
    }

    async fn without_an_answer_from_discord_it_can_be_tried_again(world: World) {
        world.founder(7, "Ada", "Aurora", "campaigns").await;
        let (site, discord) = with_discord(&world).await;
        let mut browser = Browser::new(&site);
        discord.away(true);
        let back = through_discord(&mut browser, &discord, 7, "/account").await;
        assert_eq!(back.location(), "/login?next=%2Faccount&problem=away");
        browser.follow(&back).await.says(200, "Discord did not answer just now.");
        discord.away(false);
        let next = hidden(&browser.get("/login?next=%2Faccount").await.body, "next").unwrap();
        assert_eq!(through_discord(&mut browser, &discord, 7, &next).await.location(), "/account");
    }

    async fn an_invited_person_signs_in_at_discord_and_comes_back_to_the_invitation(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.seated(team, 7, "Bo", "member").await;
        let (eve, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let invitation = world.invite(eve, other, "bo@example.org", "member").await.unwrap();
        let path = format!("/i/{}", world.mailed_token(&invitation));
        let (site, discord) = with_discord(&world).await;
        let mut bo = Browser::new(&site);
        bo.get(&path).await.says(200, "Continue with Discord");
        let leaving = bo.post("/login/discord", &[("next", &path)]).await;
        let callback = discord.allow(7, &leaving);
        assert!(!callback.contains(&path[3..]) && !leaving.body.contains(&path[3..]), "the secret stays here");
        let back = bo.get(&callback).await;
        assert_eq!(back.location(), path);
        bo.follow(&back).await.says(200, "Accept invitation");
        let log = world.log(team).await;
        assert_eq!((log[0].kind.as_str(), log[0].detail("by").as_deref()), ("account.signed_in", Some("discord")));
    }

    async fn where_to_go_on_stays_on_this_origin(world: World) {
        world.founder(7, "Ada", "Aurora", "campaigns").await;
        let (site, discord) = with_discord(&world).await;
        for evil in ["//evil.example", "https://evil.example", "/\\evil.example"] {
            let mut browser = Browser::new(&site);
            assert_eq!(through_discord(&mut browser, &discord, 7, evil).await.location(), "/", "{evil}");
        }
        let mut browser = Browser::new(&site);
        browser.get("/login").await;
        let leaving = browser.post("/login/discord", &[]).await;
        let callback = discord.allow(7, &leaving);
        browser.cookies.insert("muster-next".to_owned(), "Ly9ldmlsLmV4YW1wbGU".to_owned());
        assert_eq!(browser.get(&callback).await.headers[header::LOCATION], "/");
    }

    async fn without_an_application_there_is_no_such_button(world: World) {
        let mut browser = Browser::new(&site_with(&world, None));
        assert!(!browser.get("/login").await.body.contains("Discord"));
        browser.post("/login/discord", &[]).await.says(503, "NOT-CONFIGURED");
    }
}
