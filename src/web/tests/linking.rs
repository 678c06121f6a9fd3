//! Linking a Discord account.

use axum::Router;
use muster_core::both_dbs;
use muster_core::discord_link::{self, DiscordUser};
use muster_core::ids::{DiscordUserId, GuildId};
use muster_core::testing::World;

use super::fake_discord::{FakeDiscord, authorize_query};
use super::support::{Answer, Browser, site_with};
use crate::web::DiscordOAuth;

/// Bo, signed in, and a Discord.
async fn bo_and_discord(world: &World) -> (Browser, Router, FakeDiscord) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
    world.joined(ada, team, "bo@example.org", "Bo", "member").await;
    world.joined(ada, team, "cy@example.org", "Cy", "member").await;
    let (discord, oauth) = FakeDiscord::start().await;
    let site = site_with(world, Some(oauth));
    (
        Browser::signed_in(&site, "bo@example.org", "password of Bo").await,
        site,
        discord,
    )
}

/// The page of an attempt that a Discord user started with `/link`.
async fn started_by(world: &World, user: i64) -> String {
    let user = DiscordUser {
        id: DiscordUserId(user),
        username: format!("user{user}"),
        avatar: None,
    };
    let mut tx = world.db.write().await.unwrap();
    let nonce = discord_link::start(&mut tx, &world.env, Some(&user))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    format!("/link/{nonce}")
}

both_dbs! {
    async fn a_discord_user_is_linked_after_both_names_were_seen(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await.says(200, "<strong>@user7</strong> started this in Discord");
        let leaving = bo.post(&start, &[]).await;
        let callback = discord.allow(7, &leaving);
        let back = bo.get(&callback).await;
        assert_ne!(back.location(), start, "the page has a fresh secret");
        let page = bo.follow(&back).await;
        page.says(200, "Link <span class=\"nobreak\">@user7</span> to <span class=\"nobreak\">b…@e….org</span>?");
        page.says(200, "https://cdn.discordapp.com/avatars/7/a_1b2c.png");
        bo.get("/account").await.says(200, "Not linked");
        bo.get(&start).await.says(410, "LINK-DEAD");

        let confirm = format!("{}/confirm", back.location());
        let before = bo.cookies["muster"].clone();
        let done = bo.post(&confirm, &[]).await;
        assert_ne!(bo.cookies["muster"], before);
        bo.follow(&done).await.says(200, "You can go back to Discord");
        bo.get("/account").await.says(200, "@user7");
        bo.post(&confirm, &[]).await.says(410, "LINK-DEAD");
        bo.get(&callback).await.says(410, "LINK-DEAD");
    }

    async fn linking_can_start_on_the_account_page(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        bo.get("/account").await.says(200, "Link Discord");
        let start = bo.post("/account/link", &[]).await;
        let page = start.location().to_owned();
        bo.follow(&start).await.says(200, "Continue to Discord");
        let leaving = bo.post(&page, &[]).await;
        let back = bo.get(&discord.allow(8, &leaving)).await;
        bo.follow(&back).await.says(200, "Link these two");
        bo.post(&format!("{}/confirm", back.location()), &[]).await;
        bo.get("/link/done").await.says(200, "@user8 is linked");
    }

    async fn a_second_click_on_linking_leads_to_the_sign_in_page(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await;
        let leaving = bo.post(&start, &[]).await;
        let back = bo.get(&discord.allow(7, &leaving)).await;
        bo.follow(&back).await.says(200, "Link these two");
        let mut second = bo.clone();
        let confirm = format!("{}/confirm", back.location());
        assert_eq!(bo.post(&confirm, &[]).await.location(), "/link/done");
        assert!(second.post(&confirm, &[]).await.location().starts_with("/login?next="));
    }

    async fn another_discord_user_than_who_started_cannot_finish(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await;
        let leaving = bo.post(&start, &[]).await;
        let back = bo.get(&discord.allow(8, &leaving)).await;
        let page = bo.follow(&back).await;
        page.says(200, "<strong>@user7</strong> started this in Discord, but you are signed in at Discord as <strong>@user8</strong>");
        page.says(200, "Switch Discord account");
        assert!(!page.body.contains("/confirm"));
        bo.post(&format!("{}/confirm", back.location()), &[]).await.says(403, "LINK-OTHER");
        bo.get("/account").await.says(200, "Not linked");

        let leaving = bo.post(back.location(), &[]).await;
        let back = bo.get(&discord.allow(7, &leaving)).await;
        bo.follow(&back).await.says(200, "Link these two");
    }

    async fn a_state_works_once_and_in_its_own_browser(world: World) {
        let (mut bo, site, discord) = bo_and_discord(&world).await;
        let mut cy = Browser::signed_in(&site, "cy@example.org", "password of Cy").await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await;
        let leaving = bo.post(&start, &[]).await;
        let callback = discord.allow(7, &leaving);
        cy.get(&callback).await.says(410, "LINK-DEAD");
        cy.get(&start).await.says(410, "LINK-DEAD");
        Browser::new(&site).get(&callback).await.says(410, "LINK-DEAD");
        for bad in ["/oauth/discord/callback", "/oauth/discord/callback?code=x", "/oauth/discord/callback?state=x&code=y"] {
            bo.get(bad).await.says(410, "LINK-DEAD");
        }
        let back = bo.get(&callback).await;
        cy.get(back.location()).await.says(410, "LINK-DEAD");
        cy.get("/account").await;
        cy.post(&format!("{}/confirm", back.location()), &[]).await.says(410, "LINK-DEAD");
        bo.get(&callback).await.says(410, "LINK-DEAD");
        bo.follow(&back).await.says(200, "Link these two");
        world.env.clock().advance(std::time::Duration::from_mins(10));
        bo.post(&format!("{}/confirm", back.location()), &[]).await.says(410, "LINK-DEAD");
    }

    async fn a_stolen_code_is_worth_nothing_without_the_secret_behind_it(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await;
        let first = bo.post(&start, &[]).await;
        let stolen = discord.allow(7, &first);
        let (code, _) = stolen.split_once("&state=").unwrap();
        let second = authorize_query(&bo.post(&start, &[]).await);
        let back = bo.get(&format!("{code}&state={}", second["state"])).await;
        assert!(back.location().ends_with("?problem=refused"));
        bo.follow(&back).await.says(200, "Discord did not accept that sign-in");
    }

    async fn without_discord_the_attempt_can_be_made_again(world: World) {
        let (mut bo, _, discord) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        bo.get(&start).await;
        let leaving = bo.post(&start, &[]).await;
        discord.away(true);
        let back = bo.get(&discord.allow(7, &leaving)).await;
        bo.follow(&back).await.says(200, "Discord did not answer just now");
        discord.away(false);
        let again = back.location().split('?').next().unwrap().to_owned();
        let state = authorize_query(&bo.post(&again, &[]).await).remove("state").unwrap();
        let back = bo.get(&format!("/oauth/discord/callback?error=access_denied&state={state}")).await;
        bo.follow(&back).await.says(200, "You did not sign in at Discord");
        let again = back.location().split('?').next().unwrap().to_owned();
        let leaving = bo.post(&again, &[]).await;
        let back = bo.get(&discord.allow(7, &leaving)).await;
        bo.follow(&back).await.says(200, "Link these two");
    }

    async fn one_discord_user_belongs_to_one_account(world: World) {
        let (bo, site, discord) = bo_and_discord(&world).await;
        let cy = Browser::signed_in(&site, "cy@example.org", "password of Cy").await;
        let mut answers = Vec::new();
        for mut person in [bo, cy] {
            person.get("/account").await;
            let start = person.post("/account/link", &[]).await.location().to_owned();
            let leaving = person.post(&start, &[]).await;
            let back = person.get(&discord.allow(9, &leaving)).await.location().to_owned();
            answers.push(async move { person.post(&format!("{back}/confirm"), &[]).await });
        }
        let mut answers: Vec<u16> = futures::future::join_all(answers).await.iter().map(|answer| answer.status.as_u16()).collect();
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
    }

    async fn the_page_asks_to_sign_in_and_comes_back(world: World) {
        let (_, site, _) = bo_and_discord(&world).await;
        let start = started_by(&world, 7).await;
        let mut bo = Browser::new(&site);
        bo.get(&start).await.says(200, "<strong>@user7</strong> asked to link a Discord account");
        let login = format!("/login?next={}", start.replace('/', "%2F"));
        bo.get(&login).await;
        let back = bo.post("/login", &[("email", "bo@example.org"), ("password", "password of Bo"), ("next", &start)]).await;
        bo.follow(&back).await.says(200, "Continue to Discord");
        for guessed in ["x", &"A".repeat(43), "%00"] {
            bo.get(&format!("/link/{guessed}")).await.says(410, "LINK-DEAD");
        }
    }

    async fn a_server_is_offered_where_the_team_has_one_and_there_is_a_bot(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let (_, oauth) = FakeDiscord::start().await;
        let with_bot = oauth.clone().with_bot(Some("a token".to_owned()));
        let begin = async |oauth: &DiscordOAuth| {
            let site = site_with(&world, Some(oauth.clone()));
            let mut bo = Browser::signed_in(&site, "bo@example.org", "password of Bo").await;
            bo.get("/account").await;
            let start = bo.post("/account/link", &[]).await;
            let page = bo.follow(&start).await;
            (bo, start.location().to_owned(), page)
        };
        let offered = |page: &Answer| page.body.contains("Also add me to the server");
        let (mut bo, start, page) = begin(&with_bot).await;
        assert!(!offered(&page), "the team has no server");
        // Ticked all the same: nothing more is asked for.
        authorize_query(&bo.post(&start, &[("server", "on")]).await);
        bo.post(&start, &[("server", "yes")]).await.says(422, "FORM-BAD");
        let mut tx = world.db.write().await.unwrap();
        muster_core::guild::bind(&mut tx, &world.env, GuildId(70), team).await.unwrap();
        tx.commit().await.unwrap();
        let (_, _, page) = begin(&with_bot).await;
        page.says(200, "The Discord server of <strong>Aurora</strong>");
        assert!(offered(&page) && !page.body.contains("checked"), "it is not ticked");
        let (_, _, page) = begin(&oauth).await;
        assert!(!offered(&page), "there is no bot");
    }

    async fn without_an_application_nothing_is_offered(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let mut bo = Browser::signed_in(&site_with(&world, None), "bo@example.org", "password of Bo").await;
        let page = bo.get("/account").await;
        assert!(!page.body.contains("Link Discord"));
        bo.post("/account/link", &[]).await.says(503, "NOT-CONFIGURED");
    }
}
