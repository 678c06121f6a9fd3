//! What is one's own: wishes, everything that is stored, unlinking, erasing.

use discord_sim::Reply;
use muster_core::both_dbs;
use serde_json::Value;

use crate::app::{TestApp, said};
use crate::exports::file;

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

both_dbs! {
    async fn everything_about_somebody_is_theirs_to_take_away(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "member").await;
        said(ada.slash("/member role member:Bo role:viewer").await);
        let (_, text) = file(&said(bo.slash("/account export").await)).await;
        let all: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(all["account"]["email"], "bo@example.org");
        assert_eq!(all["account"]["has_password"], true);
        assert_eq!(all["discord"]["username"], "bo");
        assert_eq!(all["memberships"][0]["team"], "Aurora");
        assert_eq!(all["memberships"][0]["role"], "viewer");
        assert_eq!(all["sessions"].as_array().expect("a list").len(), 1);
        assert_eq!(all["mails"][0]["kind"], "discord_linked");
        let kinds: Vec<_> = all["activity"].as_array().expect("a list").iter().map(|entry| entry["kind"].clone()).collect();
        assert_eq!(kinds, ["invitation.accepted", "discord.linked"]);
        assert!(!text.contains("argon2"), "no hash leaves the house");
        let (_, text) = file(&said(ada.slash("/account export").await)).await;
        let all: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(all["invitations_sent"][0]["email"], "bo@example.org");
        assert_eq!(all["whole"], true);
        app.end().await;
    }

    async fn a_discord_user_is_unlinked_by_its_owner(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        // Without an address, Discord is the only way in.
        has(&said(ada.slash("/account unlink").await).text(), &["ONLY-LOGIN", "/account erase"]);
        let (bo, browser) = app.member(&ada, "Bo", "member").await;
        let ask = said(bo.slash("/account unlink").await);
        has(&ask.text(), &["Unlink @bo?"]);
        let done = said(bo.click(&ask, "Unlink @bo").await);
        has(&done.text(), &["@bo is unlinked"]);
        has(&app.mail_to("bo@example.org").await.subject, &["@bo is no longer linked to your account"]);
        has(&said(bo.slash("/member list").await).text(), &["NOT-LINKED"]);
        has(&said(ada.slash("/activity log").await).text(), &["Bo unlinked the Discord account bo"]);
        // And can be linked again.
        app.link_discord(&bo, &browser).await;
        has(&said(bo.slash("/member list").await).text(), &["2 members"]);
        app.end().await;
    }

    async fn a_forgotten_password_is_chosen_anew_by_mail(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, elsewhere) = app.member(&ada, "Bo", "member").await;
        let browser = app.browser();
        let login = browser.open("/login").await;
        has(&login.text(), &["Forgotten your password?", "Continue with Discord"]);
        for address in ["nobody@example.org", "bo@example.org"] {
            let sent = browser.open("/forgot").await.submit("Send me the link", &[("email", address)]).await;
            has(&sent.text(), &["Look into your mailbox"]);
        }
        let mail = app.mail_to("bo@example.org").await;
        has(&mail.subject, &["Choose a new password"]);
        let links = mail.links();
        let link = links.iter().find(|link| link.contains("/reset/")).expect("a link");
        assert!(link.starts_with(&app.url), "{link}");
        let page = browser.open(link).await.submit("Change my password", &[("password", "seven quiet otters")]).await;
        has(&page.text(), &["Your password is changed.", "bo@example.org"]);
        has(&app.mail_to("bo@example.org").await.subject, &["Your password was changed"]);
        has(&elsewhere.open("/account").await.text(), &["Sign in"]);
        has(&browser.open(link).await.text(), &["LINK-OVER"]);
        has(&said(ada.slash("/activity log").await).text(), &["Bo changed their password"]);
        app.end().await;
    }

    /// Attack 36.
    async fn no_header_changes_where_a_mail_leads(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.member(&ada, "Bo", "member").await;
        let poisoned = [
            ("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "gopher"),
            ("x-forwarded-for", "evil.example"), ("forwarded", "host=evil.example"), ("x-original-url", "//evil.example/"),
        ];
        let browser = poisoned.into_iter().fold(app.browser(), |browser, (name, value)| browser.told(name, value));
        let sent = browser.open("/forgot").await.submit("Send me the link", &[("email", "bo@example.org")]).await;
        has(&sent.text(), &["Look into your mailbox"]);
        assert!(!sent.body.contains("evil"), "{}", sent.body);
        let mail = app.mail_to("bo@example.org").await;
        assert!(mail.links().iter().all(|link| link.starts_with(&app.url)), "{:?}", mail.links());
        app.end().await;
    }

    async fn an_address_is_changed_when_the_new_mailbox_was_read(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, browser) = app.member(&ada, "Bo", "member").await;
        let fields = [("email", "bo@example.net"), ("current", crate::app::PASSWORD)];
        let sent = browser.open("/account/address").await.submit("Send me the link", &fields).await;
        has(&sent.text(), &["Look into your mailbox"]);
        let mail = app.mail_to("bo@example.net").await;
        let links = mail.links();
        let link = links.iter().find(|link| link.contains("/verify/")).expect("a link");
        has(&browser.open("/account").await.text(), &["bo@example.org"]);
        let page = browser.open(link).await.submit("Use this address", &[]).await;
        has(&page.text(), &["That is your address now.", "bo@example.net"]);
        let told = app.mail_to("bo@example.org").await;
        has(&told.text, &["b…@e….net"]);
        assert!(!told.text.contains("bo@example.net"), "whoever reads the old mailbox need not know");
        has(&said(ada.slash("/activity log").await).text(), &["Bo changed their email address"]);
        app.end().await;
    }

    async fn who_came_from_discord_signs_in_on_the_web_with_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let browser = app.browser();
        let at_discord = browser.open("/login?next=/account").await.submit("Continue with Discord", &[]).await;
        let back = app.sim.authorize(ada.user(), &at_discord.away()).await.expect("Discord agrees");
        let page = browser.open(&back).await;
        has(&page.text(), &["Your account", "@ada", "Add an address"]);
        let (_, stranger) = app.person("Eve", discord_sim::Permissions::NONE);
        let browser = app.browser();
        let at_discord = browser.open("/login").await.submit("Continue with Discord", &[]).await;
        let back = app.sim.authorize(stranger.user(), &at_discord.away()).await.expect("Discord agrees");
        has(&browser.open(&back).await.text(), &["@eve is not linked to an account here"]);
        app.end().await;
    }

    async fn one_hears_of_what_one_wants_to(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let team = app.team().await;
        app.world.edit_policy(team, "role_change = false", "role_change = true").await;
        let bo = app.seated("Bo", "member").await;
        let card = said(bo.slash("/account notifications").await);
        has(&card.text(), &["What Muster tells you of"]);
        let off = said(bo.click(&card, "Don't mail me when my role changes").await);
        has(&off.text(), &["off"]);
        said(ada.slash("/member role member:Bo role:viewer").await);
        app.settle().await;
        assert_eq!(app.sink.unread(), 0);
        said(bo.click(&off, "Mail me when my role changes").await);
        said(ada.slash("/member role member:Bo role:member").await);
        app.mail_to("bo@example.org").await;
        app.end().await;
    }

    async fn an_account_is_erased_and_what_it_did_stays(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let refused = said(ada.slash("/account erase").await);
        has(&refused.text(), &["LAST-OWNER", "You are the last owner of Aurora"]);
        let (bo, browser) = app.member(&ada, "Bo", "owner").await;

        let ask = said(bo.slash("/account erase").await);
        has(&ask.text(), &["Erase your account?", "Your membership in 1 team ends", "What stays"]);
        let Ok(Reply::Modal(form)) = bo.click(&ask, "Erase my account…").await else { panic!("a form opens") };
        let wrong = said(bo.submit(&form, &[("Type your name as it is here", "Bob")]).await);
        has(&wrong.text(), &["NAME-MISMATCH"]);
        let again = said(bo.slash("/account erase").await);
        let Ok(Reply::Modal(form)) = bo.click(&again, "Erase my account…").await else { panic!("a form opens") };
        let done = said(bo.submit(&form, &[("Type your name as it is here", "bo")]).await);
        has(&done.text(), &["Your account is erased"]);

        has(&said(bo.slash("/account status").await).text(), &["NOT-LINKED"]);
        let page = browser.open(&format!("{}/account", app.url)).await;
        assert!(page.text().contains("Sign in"), "{}", page.text());
        has(&said(ada.slash("/member list status:left").await).text(), &["Erased account"]);
        let log = said(ada.slash("/activity log").await).text();
        has(&log, &["Bo left, who was Owner", "Bo joined as Owner"]);
        let left = app.world.traces("bo@example.org").await;
        assert_eq!(left, Vec::<String>::new(), "the address is still there");
        // The same Discord user is somebody new.
        has(&said(ada.slash("/invite person user:bo").await).text(), &["Bo is invited"]);
        app.end().await;
    }

    async fn help_says_what_to_do_and_what_is_not_set_up(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", discord_sim::Permissions::MANAGE_GUILD);
        let start = said(ada.slash("/help").await);
        has(&start.text(), &["Getting started", "none yet: `/team create`", "This channel"]);
        let privacy = said(ada.select(&start, "Another topic…", &["privacy"]).await);
        has(&privacy.text(), &["Privacy", "/account erase"]);
        said(ada.slash("/team create name:Aurora preset:campaigns").await);
        app.guild.channel("general").deny_bot(discord_sim::Permissions::SEND_MESSAGES);
        let problems = said(ada.slash("/help topic:problems").await);
        has(&problems.text(), &["incident id", "Muster can't write here"]);
        assert!(!problems.text().contains("none yet"), "{}", problems.text());
        has(&said(ada.slash("/help topic:weather").await).text(), &["TEXT-BAD"]);
        app.end().await;
    }
}
