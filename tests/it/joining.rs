//! Being added to the team's Discord server while linking, for those who tick the box, and in words when it does not work.

use discord_sim::{Fault, Permissions, User};
use muster_core::both_dbs;

use crate::app::{TestApp, said};
use crate::browser::{Browser, Page};

/// Bo, a member with a browser, whose Discord user is not in the server.
async fn bo(app: &TestApp) -> (User, Browser) {
    let ada = app.owner().await;
    let mail = app.invite(&ada, "bo@example.org", "member").await;
    let browser = app.accept_as_new(&mail, "Bo").await;
    (app.sim.user_with_display("bo", "Bo"), browser)
}

/// Goes on to Discord with the box ticked or not, agrees there, confirms, and answers the last page.
async fn link_from(app: &TestApp, page: &Page, user: &User, fields: &[(&str, &str)]) -> Page {
    let at_discord = page.submit("Continue to Discord", fields).await.away();
    let asks = at_discord.contains("scope=identify+guilds.join");
    assert!(asks || at_discord.contains("scope=identify"), "{at_discord}");
    assert_eq!(asks, !fields.is_empty(), "{at_discord}");
    let back = app
        .sim
        .authorize(user, &at_discord)
        .await
        .expect("Discord agrees");
    let before = app.guild.has(user);
    let confirm = page.browser().open(&back).await;
    assert_eq!(
        app.guild.has(user),
        before,
        "nothing is done before it is confirmed"
    );
    assert_eq!(
        confirm.text().contains("as you asked"),
        !fields.is_empty(),
        "{}",
        confirm.text()
    );
    let done = confirm.submit("Link these two", &[]).await;
    assert!(done.text().contains("@bo is linked"), "{}", done.text());
    app.mail_to("bo@example.org").await;
    done
}

/// The page on which linking from the account page begins.
async fn begun(browser: &Browser) -> Page {
    browser.open("/account").await.submit("Link Discord", &[]).await
}

const TICKED: [(&str, &str); 1] = [("server", "on")];

both_dbs! {
    async fn who_ticks_the_box_is_added_and_who_does_not_is_not(world: World) {
        let app = TestApp::start(world).await;
        let (user, browser) = bo(&app).await;
        let page = begun(&browser).await;
        assert!(page.text().contains("The Discord server of Aurora"), "{}", page.text());
        let done = link_from(&app, &page, &user, &[]).await;
        assert!(!done.text().contains("server") && !app.guild.has(&user), "{}", done.text());
        browser.open("/account/unlink").await.submit("Unlink @bo", &[]).await;
        app.mail_to("bo@example.org").await;

        // The other way, from Discord, where he is in another server.
        let elsewhere = app.sim.guild("Elsewhere");
        elsewhere.join(&user, Permissions::NONE);
        let person = app.sim.client(&user, &elsewhere, "general");
        let card = said(person.slash("/link").await);
        let page = browser.open(card.link("Link my account").expect("a link button")).await;
        let done = link_from(&app, &page, &user, &TICKED).await;
        assert!(done.text().contains("You are in your team’s server now."), "{}", done.text());
        assert!(app.guild.has(&user));
        app.end().await;
    }

    async fn however_it_ends_the_link_stands_and_the_page_says_what_happened(world: World) {
        let app = TestApp::start(world).await;
        let (user, browser) = bo(&app).await;
        let guild = &app.guild;
        let unable: [(&dyn Fn(), &str); 6] = [
            (&|| guild.set_everyone(Permissions::EVERYONE & !Permissions::CREATE_INSTANT_INVITE), "lacks the permission Create Invite"),
            (&|| { guild.set_everyone(Permissions::EVERYONE); guild.set_most_members(1); }, "takes no more members"),
            (&|| {
                guild.set_most_members(100);
                app.sim.faults().next(1, "PUT", "/guilds/*", Fault::Status(503));
            }, "Discord did not answer"),
            (&|| {}, "You are in your team’s server now."),
            (&|| {}, "You were in your team’s server already."),
            (&|| guild.ban(&user), "it has banned this Discord account"),
        ];
        for (prepare, words) in unable {
            prepare();
            let page = begun(&browser).await;
            let done = link_from(&app, &page, &user, &TICKED).await;
            assert!(done.text().contains(words), "{words}: {}", done.text());
            let account = browser.open("/account").await;
            assert!(account.text().contains("@bo"), "{}", account.text());
            browser.open("/account/unlink").await.submit("Unlink @bo", &[]).await;
            app.mail_to("bo@example.org").await;
        }
        assert!(!guild.has(&user));
        app.end().await;
    }

    async fn a_token_is_good_for_the_page_that_it_was_given_for_only(world: World) {
        let app = TestApp::start(world).await;
        let (user, browser) = bo(&app).await;
        // Bo agrees at Discord, and then begins again without the box.
        let page = begun(&browser).await;
        let at_discord = page.submit("Continue to Discord", &TICKED).await.away();
        let back = app.sim.authorize(&user, &at_discord).await.expect("Discord agrees");
        let confirm = browser.open(&back).await;
        assert!(confirm.text().contains("as you asked"), "{}", confirm.text());
        let page = begun(&browser).await;
        let done = link_from(&app, &page, &user, &[]).await;
        assert!(!done.text().contains("server") && !app.guild.has(&user), "{}", done.text());
        app.end().await;
    }
}
