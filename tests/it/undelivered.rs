//! What people hear about mails: the inviter of one that failed, and everybody in their own language.

use discord_sim::Permissions;
use muster_core::both_dbs;
use smtp_sink::{Script, Stage};

use crate::app::{TestApp, link, said};

both_dbs! {
    async fn an_inviter_hears_of_a_mail_that_failed(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "owner").await;
        app.sink.script(Script::reply(Stage::Rcpt, 550, "5.1.1 no such mailbox").only_to(|to| to.starts_with("nobody")));

        // Ada is known in Discord only.
        let review = app.review(&ada, "nobody@example.org", "member").await;
        said(ada.click(&review, "Send 1 invitation").await);
        app.settle().await;
        let messages = ada.direct_messages().await;
        assert_eq!(messages.len(), 1);
        let text = messages[0].text().replace('\\', "");
        assert!(text.contains("Invitation not delivered") && text.contains("n…@e….org") && text.contains("550 5.1.1 no such mailbox"), "{text}");
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("n…@e….org"), "{}", log.text());

        // Bo has an address too.
        let review = app.review(&bo, "nobody-else@example.org", "member").await;
        said(bo.click(&review, "Send 1 invitation").await);
        let mail = app.mail_to("bo@example.org").await;
        assert_eq!(mail.subject, "Your invitation to nobody-else@example.org was not delivered");
        app.settle().await;
        assert_eq!((ada.direct_messages().await.len(), bo.direct_messages().await.len()), (1, 1));
        app.end().await;
    }

    async fn a_german_server_invites_in_german(world: World) {
        let app = TestApp::start(world).await;
        app.guild.set_locale("de");
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        user.set_locale("de");
        let created = said(ada.slash("/team create name:Aurora preset:campaigns").await);
        assert!(created.text().contains("Aurora ist bereit"), "{}", created.text());
        // The language of mails is that of team and account, however Ada reads her buttons from now on.
        user.set_locale("en-US");
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        assert_eq!(mail.subject, "Ada hat dich zu Aurora eingeladen");

        // Bo's browser asks for English, so that is his language from then on.
        let english = app.browser_in("en-GB,en;q=0.9,de;q=0.5");
        let page = english.open(&link(&mail)).await;
        page.submit("Create account & join", &[("name", "Bo"), ("password", crate::app::PASSWORD)]).await;
        let (_, bo) = app.person("Bo", Permissions::NONE);
        let told = app.link_discord(&bo, &english).await;
        assert_eq!(told.subject, "@bo is now linked to your account");

        // Cy's asks for German.
        let mail = app.invite(&ada, "cy@example.org", "member").await;
        let german = app.browser_in("de-DE,de;q=0.9");
        let page = german.open(&link(&mail)).await;
        page.submit("Create account & join", &[("name", "Cy"), ("password", crate::app::PASSWORD)]).await;
        let (_, cy) = app.person("Cy", Permissions::NONE);
        let told = app.link_discord(&cy, &german).await;
        assert_eq!(told.subject, "@cy ist jetzt mit deinem Konto verknüpft");

        // And Ada reads German in Discord.
        app.sink.script(Script::reply(Stage::Rcpt, 550, "no").only_to(|to| to.starts_with("nobody")));
        let review = app.review(&ada, "nobody@example.org", "member").await;
        said(ada.click(&review, "Send 1 invitation").await);
        app.settle().await;
        let messages = ada.direct_messages().await;
        assert!(messages[0].text().contains("Einladung nicht zugestellt"), "{}", messages[0].text());
        app.end().await;
    }

    async fn a_password_on_another_browser_is_told_to_its_owner(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let own = app.accept_as_new(&mail, "Bo").await;
        let fields = [("email", "bo@example.org"), ("password", crate::app::PASSWORD)];
        own.open("/account").await.submit("Sign out", &[]).await;
        own.open("/login").await.submit("Sign in", &fields).await;
        app.settle().await;
        assert_eq!(app.sink.unread(), 0, "he signed up with this one");
        let other = app.browser().on("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0");
        other.open("/login").await.submit("Sign in", &fields).await;
        let told = app.mail_to("bo@example.org").await;
        assert!(told.text.contains("Firefox on Windows"), "{}", told.text);
        app.end().await;
    }
}
