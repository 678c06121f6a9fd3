//! A real browser: somebody accepts an invitation and looks at their team without touching the mouse.

use std::time::Duration;

use fantoccini::key::Key;
use muster_core::both_dbs;
use muster_core::testing::World;

use crate::app::{PASSWORD, TestApp, link, said};
use crate::chromium::Chromium;

/// The other three of the four cases, and a password forgotten on the way. One database is enough for what a browser does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_finds_whoever_it_is_for() {
    let app = TestApp::start(World::sqlite().await).await;
    let ada = app.owner().await;
    let eve = app.seated("Eve", "viewer").await;
    let eve = app.world.account_of(eve.user().id.cast_signed()).await;
    app.world.verify(eve, "eve@example.org").await;
    app.world.set_password(eve, PASSWORD).await;
    app.world.guest("lea@example.org").await;
    let mail = app.invite(&ada, "lea@example.org", "member").await;
    let chromium = Chromium::start().await;
    let enter = Key::Enter.to_string();
    chromium.open(&format!("{}/login", app.url)).await;
    chromium.press("eve@example.org").await;
    chromium.tab_to("Password").await;
    chromium.press(PASSWORD).await;
    chromium.press(&enter).await;
    chromium.says("Eve").await;
    app.mail_to("eve@example.org").await;

    // Signed in as somebody else: whom it is for is only hinted at.
    chromium.open(&link(&mail)).await;
    chromium
        .says("You are signed in as eve@example.org, but this invitation is for l…@e….org.")
        .await;
    chromium.tab_to("Sign out and continue").await;
    chromium.press(&enter).await;
    // Signed out: the account is there, its password is not remembered.
    chromium
        .says("You have an account with this address. Sign in to accept.")
        .await;
    chromium.tab_to("Password").await;
    chromium.press("was it this one?").await;
    chromium.press(&enter).await;
    chromium.says("That password is not right.").await;
    chromium.tab_to("Forgotten your password?").await;
    chromium.press(&enter).await;
    chromium.at("/forgot").await;
    chromium.tab_to("Email address").await;
    chromium.press("lea@example.org").await;
    chromium.press(&enter).await;
    chromium.says("Look into your mailbox").await;
    let reset = app.mail_to("lea@example.org").await;
    let links = reset.links();
    let reset = links
        .iter()
        .find(|link| link.contains("/reset/"))
        .expect("a link");
    chromium.open(reset).await;
    chromium.tab_to("New password").await;
    chromium.press("seven quiet otters").await;
    chromium.press(&enter).await;
    chromium.says("Your password is changed.").await;
    app.mail_to("lea@example.org").await;
    // Signed in as the invited person: one button.
    chromium.open(&link(&mail)).await;
    chromium.tab_to("Accept invitation").await;
    chromium.press(&enter).await;
    chromium.at("/teams/").await;
    chromium.says("You are in. Welcome to Aurora.").await;
    let list = said(ada.slash("/member list").await);
    assert!(list.text().contains("lea · Member"), "{}", list.text());
    chromium.end().await;
    app.end().await;
}

both_dbs! {
    async fn an_invitation_is_accepted_by_keyboard_alone(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let chromium = Chromium::start().await;

        chromium.page.goto(&link(&mail)).await.expect("the link opens");
        assert!(chromium.text().await.contains("Ada invited you to join Aurora as Member"), "{}", chromium.text().await);
        // Attack 45: nothing is loaded from anywhere else, and no script runs.
        let loaded = "return [performance.getEntriesByType('resource').map(one => one.name).filter(one => !one.startsWith(location.origin)), document.scripts.length]";
        assert_eq!(chromium.ask(loaded).await, serde_json::json!([[], 0]));
        chromium.tab_to("Your name").await;
        chromium.press("Bo Lindqvist").await;
        chromium.tab_to("Password").await;
        chromium.press("too short").await;
        chromium.press(&Key::Enter.to_string()).await;
        // The browser itself refuses what is too short; the page is still here.
        chromium.at("/i/").await;
        for _ in 0.."too short".len() {
            chromium.press(&Key::Backspace.to_string()).await;
        }
        chromium.press(PASSWORD).await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/teams/").await;
        let text = chromium.text().await;
        assert!(text.contains("Aurora") && text.contains("Bo Lindqvist"), "{text}");

        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("Bo Lindqvist · Member"), "{}", list.text());
        chromium.end().await;
        app.end().await;
    }

    async fn discord_is_linked_in_a_real_browser(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let (_, bo) = app.person("Bo", discord_sim::Permissions::NONE);
        let chromium = Chromium::start().await;
        chromium.page.goto(&link(&mail)).await.expect("the link opens");
        chromium.tab_to("Your name").await;
        chromium.press("Bo").await;
        chromium.tab_to("Password").await;
        chromium.press(PASSWORD).await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/teams/").await;

        let card = said(bo.slash("/link").await);
        chromium.page.goto(card.link("Link my account").expect("a link button")).await.expect("the page opens");
        chromium.tab_to("Continue to Discord").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/oauth2/authorize").await;
        // The stand-in asks who we are; its page is not ours to judge, so it is left with its own answer.
        let here = chromium.page.current_url().await.expect("an address");
        let back = app.sim.authorize(bo.user(), here.as_str()).await.expect("Discord agrees");
        chromium.page.goto(&back).await.expect("the way back");
        chromium.tab_to("Link these two").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/link/").await;
        app.mail_to("bo@example.org").await;
        let status = said(bo.slash("/account status").await);
        assert!(status.text().contains("Aurora · Member"), "{}", status.text());
        chromium.end().await;
        app.end().await;
    }

    async fn a_team_is_run_by_keyboard_alone(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("project").await;
        app.seated("Bo", "member").await;
        let account = app.world.account_of(ada.user().id.cast_signed()).await;
        app.world.verify(account, "ada@example.org").await;
        app.world.set_password(account, PASSWORD).await;
        let team = app.team().await;
        let path = format!("/teams/{team}");
        let chromium = Chromium::start().await;
        chromium.open(&format!("{}{path}", app.url)).await;
        chromium.at("/login").await;
        // The field with the address has the focus already.
        chromium.press("ada@example.org").await;
        chromium.tab_to("Password").await;
        chromium.press(PASSWORD).await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at(&path).await;
        // Somebody signed in with a browser that was not known: she is told.
        app.mail_to("ada@example.org").await;

        // What is wrong is said at its field, which keeps what was typed.
        chromium.tab_to("Email address").await;
        chromium.press("cy@example").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.says("the domain is not complete").await;
        let described = "
            const field = document.getElementById('email');
            return [field.value, document.getElementById(field.getAttribute('aria-describedby')).innerText]";
        let described = chromium.ask(described).await;
        assert_eq!(described[0], "cy@example");
        assert!(described[1].as_str().is_some_and(|text| text.contains("not complete")), "{described}");
        chromium.tab_to("Email address").await;
        // The whole of it is selected, and typing takes its place.
        chromium.press("cy@example.net").await;
        chromium.tab_to("Send invitation").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.says("The invitation is on its way.").await;
        app.mail_to("cy@example.net").await;

        // One address is mailed once a minute: until then the button says how long it takes.
        let button = "return [...document.querySelectorAll('#invitations button')].map(one => [one.innerText, one.disabled]).find(one => one[0].startsWith('Resend'))";
        let resting = chromium.ask(button).await;
        assert_eq!(resting[1], true, "{resting}");
        assert!(resting[0].as_str().is_some_and(|text| text.starts_with("Resend in ")), "{resting}");
        app.advance(Duration::from_mins(1));
        chromium.open(&format!("{}{path}", app.url)).await;
        chromium.tab_to("Resend to cy@example.net").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.says("The invitation was sent again.").await;
        app.mail_to("cy@example.net").await;

        // A role, which is the top one here, is changed after a question.
        chromium.tab_to("Role of Bo").await;
        chromium.press("Admin").await;
        chromium.tab_to("Change the role of Bo").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.says("Make Bo Admin?").await;
        chromium.tab_to("Make Bo Admin").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.says("Bo is now Admin").await;
        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("Bo · Admin"), "{}", list.text());
        chromium.end().await;
        app.end().await;
    }
}
