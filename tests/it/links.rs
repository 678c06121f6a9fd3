//! Invite links through the front doors: made and looked after in Discord, used on pages and by mail.

use std::time::Duration;

use discord_sim::Permissions;
use muster_core::both_dbs;
use smtp_sink::Mail;

use crate::app::{Card, PASSWORD, TestApp, said};

/// The address that a card shows to be shared.
pub fn shared(card: &Card) -> String {
    card.link("Open the link")
        .or_else(|| card.link("Link öffnen"))
        .expect("the card has the link")
        .to_owned()
}

/// What people call a link: the last word but two of `Invite link ABCDEF is ready`.
pub fn reference(card: &Card) -> String {
    let title = card.embeds[0].title.clone().expect("a title");
    let word = title
        .split(' ')
        .find(|word| word.len() == 6 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
    word.unwrap_or_else(|| panic!("no reference in {title}"))
        .to_owned()
}

/// The link to join in a mail.
pub fn way_in(mail: &Mail) -> String {
    let links = mail.links();
    let link = links.iter().find(|link| link.contains("/join/"));
    link.unwrap_or_else(|| panic!("no link in {}", mail.text)).clone()
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

both_dbs! {
    async fn a_link_is_made_shared_used_and_disabled(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;

        // 1. Nothing yet: the card says how to begin, and its button does.
        let empty = said(ada.slash("/invite link list").await);
        has(&empty.text(), &["No invite links yet", "/invite link create"]);
        let usual = said(ada.click(&empty, "Create a link").await);
        has(&usual.text(), &["is ready", "can join as Member", "not used yet", "Any domain"]);

        // 2. One with everything.
        let made = said(ada.slash("/invite link create role:moderator expires:In 1 day max-uses:2 domain:Example.org, bücher.example").await);
        has(&made.text(), &["can join as Moderator", "0 of 2 uses", "example.org, xn--bcher-kva.example"]);
        let url = shared(&made);
        assert!(url.starts_with(&format!("{}/join/", app.url)), "{url}");
        assert!(made.embeds[0].description.as_deref().unwrap_or_default().contains(&format!("`{url}`")), "to be copied");

        // 3. Somebody new opens it; looking changes nothing.
        let browser = app.browser();
        for _ in 0..3 {
            assert_eq!(browser.open(&url).await.status, 200);
        }
        let page = browser.open(&url).await;
        has(&page.text(), &["Join Aurora", "as Moderator", "2 left", "Addresses at example.org"]);
        let sent = page.submit("Send me the link", &[("email", "bo@example.org")]).await;
        has(&sent.text(), &["A mail is on its way to bo@example.org"]);
        let mail = app.mail_to("bo@example.org").await;
        assert_eq!(mail.subject, "Join Aurora");
        has(&mail.text, &["wants to join Aurora as Moderator"]);
        let phone = app.browser();
        let page = phone.open(&way_in(&mail)).await;
        let team = page.submit("Create account & join", &[("name", "Bo"), ("password", PASSWORD)]).await;
        has(&team.text(), &["You are in.", "You are Moderator"]);

        // 4. Somebody known asks for the mail, which tells them to sign in.
        let page = browser.open(&url).await;
        page.submit("Send me the link", &[("email", "bo@example.org")]).await;
        app.advance(Duration::from_mins(1));
        let page = browser.open(&url).await;
        page.submit("Send me the link", &[("email", "bo@example.org")]).await;
        let mail = app.mail_to("bo@example.org").await;
        has(&mail.text, &["You have an account already"]);
        assert_eq!(way_in(&mail), url);

        // 5. Discord tells how often it was used, and disables it after a question.
        let list = said(ada.slash("/invite link list").await);
        has(&list.text(), &["2 invite links", "1 of 2 uses", "not used yet", "by Ada"]);
        let named = reference(&made);
        let one = said(ada.select(&list, "Open…", &[format!("{named} · Moderator · Live").as_str()]).await);
        has(&one.text(), &[&format!("Invite link {named}"), "Live", "1 of 2 uses"]);
        assert_eq!(shared(&one), url, "it is shown again");
        let offered = ada.autocomplete("invite link disable", "link", &named[..3].to_lowercase(), &[]).await.expect("it completes");
        assert!(offered.iter().any(|choice| choice.name == format!("{named} · Moderator · 1 of 2 uses")), "{offered:?}");
        let ask = said(ada.slash(&format!("/invite link disable link:{named}")).await);
        has(&ask.text(), &[&format!("Disable the invite link {named}?"), "The person who joined by it stays."]);
        assert_eq!(app.browser().open(&url).await.status, 200, "not before the answer");
        let second = said(ada.slash(&format!("/invite link disable link:{named}")).await);
        let done = said(ada.click(&ask, &format!("Disable {named}")).await);
        has(&done.text(), &[&format!("Disabled the invite link {named}")]);
        assert_eq!(app.browser().open(&url).await.status, 410);
        let again = said(ada.click(&second, &format!("Disable {named}")).await);
        has(&again.text(), &["LINK-DISABLED"]);
        let shown = said(ada.click(&again, "Reload").await);
        has(&shown.text(), &["Disabled"]);
        has(&said(ada.slash("/activity log").await).text(), &[
            &format!("Ada disabled the invite link `{named}`"),
            "Bo joined by an invite link as Moderator",
            &format!("Ada created the invite link `{named}` for Moderator"),
        ]);
        app.end().await;
    }

    async fn the_bot_tells_of_links_in_german(world: World) {
        let app = TestApp::start(world).await;
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:workspace").await);
        user.set_locale("de");
        let empty = said(ada.slash("/invite link list").await);
        has(&empty.text(), &["Noch keine Einladungslinks"]);
        let made = said(ada.click(&empty, "Link anlegen").await);
        has(&made.text(), &["ist fertig", "noch nicht benutzt", "Jede Domain"]);
        let browser = app.browser_in("de-DE,de;q=0.9");
        let page = browser.open(&shared(&made)).await;
        page.submit("Send me the link", &[("email", "cy@example.org")]).await;
        let mail = app.mail_to("cy@example.org").await;
        assert_eq!(mail.subject, "Bei Aurora mitmachen");
        let page = browser.open(&way_in(&mail)).await;
        page.submit("Create account & join", &[("name", "Cy"), ("password", PASSWORD)]).await;
        let list = said(ada.slash("/invite link list").await);
        has(&list.text(), &["1 Einladungslink", "einmal benutzt", "Gültig", "von Ada"]);
        app.end().await;
    }

    async fn presets_without_links_say_so(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        for preset in ["campaigns", "company", "project", "business"] {
            said(ada.slash(&format!("/team create name:{preset} preset:{preset}")).await);
            let refused = said(ada.slash(&format!("/invite link create team:{preset}")).await);
            has(&refused.text(), &["Invite links are turned off for this team.", "LINKS-OFF"]);
            let empty = said(ada.slash(&format!("/invite link list team:{preset}")).await);
            has(&empty.text(), &["LINKS-OFF"]);
        }
        app.end().await;
    }

    async fn what_cannot_be_a_link_is_refused_with_what_to_do(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let mo = app.seated("Mo", "moderator").await;
        for (command, says) in [
            ("/invite link create domain:example", "That domain can't be used: the domain is not complete; write it like example.org."),
            ("/invite link create role:pirate", "ROLE-UNKNOWN"),
            ("/invite link create role:owner", "NEED-ROLE"),
            ("/invite link disable link:XXXXXX", "There is no such invite link"),
        ] {
            has(&said(ada.slash(command).await).text(), &[says]);
        }
        has(&said(mo.slash("/invite link create role:moderator").await).text(), &["NEED-ROLE"]);
        has(&said(ada.slash("/invite link list").await).text(), &["No invite links yet"]);
        // The form of Discord itself refuses what is out of bounds.
        assert!(ada.slash("/invite link create max-uses:0").await.is_err());
        // In several teams, the command waits for the one that is meant.
        said(ada.slash("/team create name:Borealis preset:workspace").await);
        let list = said(ada.slash("/invite link create team:Borealis expires:Never").await);
        has(&list.text(), &["Borealis · you are Owner", "Never"]);
        app.end().await;
    }

    async fn a_long_list_of_links_comes_in_pages(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        for _ in 0..12 {
            said(ada.slash("/invite link create").await);
        }
        let first = said(ada.slash("/invite link list").await);
        has(&first.text(), &["12 invite links"]);
        assert_eq!(first.select("Open…").expect("a select").options.len(), 10);
        let second = said(ada.click(&first, "Next ›").await);
        assert_eq!(second.select("Open…").expect("a select").options.len(), 2);
        app.end().await;
    }
}
