//! What a team says in public when something changes.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_jobs::ScheduleName;

use crate::app::{Card, TestApp, said};

/// Everything that was said in a channel, without Markdown.
async fn spoken(reader: &Person) -> Vec<String> {
    let messages = reader.messages().await;
    assert!(messages.iter().all(|message| message.pinged.is_empty()));
    messages.iter().map(|message| Card::of(message).text()).collect()
}

/// Lets the minute pass in which what happens is said together.
async fn a_minute_later(app: &TestApp) {
    app.advance(Duration::from_secs(61));
    app.tick(ScheduleName::LookForNews).await;
}

both_dbs! {
    async fn changes_within_a_minute_are_said_together_and_name_nobody_who_does_not_want_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        app.seated("Cy", "member").await;
        app.guild.add_channel("news");
        let reader = app.sim.client(bo.user(), &app.guild, "news");
        let none = said(ada.slash("/activity announce").await);
        assert!(none.text().contains("Nothing is announced yet"), "{}", none.text());
        let on = said(ada.slash("/activity announce channel:news").await);
        assert!(on.text().contains("Changes are announced"), "{}", on.text());
        assert_eq!(spoken(&reader).await.len(), 1, "the greeting");

        said(ada.slash("/member role member:Bo role:viewer").await);
        said(ada.slash("/member role member:Cy role:viewer").await);
        app.invite(&ada, "di@example.org", "member").await;
        app.tick(ScheduleName::LookForNews).await;
        assert_eq!(spoken(&reader).await.len(), 1, "the minute is not over");
        a_minute_later(&app).await;
        let said_now = spoken(&reader).await;
        assert_eq!(said_now.len(), 2, "{said_now:?}");
        assert!(said_now[1].contains("• Bo is Viewer now, and was Member\n• Cy is Viewer now, and was Member"), "{}", said_now[1]);
        assert!(!said_now[1].contains('@') && !said_now[1].contains("example") && !said_now[1].contains("Ada"), "{}", said_now[1]);
        a_minute_later(&app).await;
        assert_eq!(spoken(&reader).await.len(), 2, "nothing is said twice");

        // Bo does not want to be named; removals are not announced until somebody chooses so.
        let wishes = said(bo.slash("/account notifications").await);
        said(bo.click(&wishes, "Don't name me in announcements").await);
        said(ada.slash("/member role member:Bo role:member").await);
        a_minute_later(&app).await;
        assert_eq!(spoken(&reader).await.len(), 2);
        let now = said(ada.slash("/activity announce").await);
        let more = said(ada.select(&now, "Choose what to add or leave out…", &[Kind::MemberRemoved.as_str()]).await);
        assert!(more.text().contains("What is announced has changed"), "{}", more.text());
        let ask = said(ada.slash("/member remove member:Cy").await);
        said(ada.click(&ask, "Remove Cy").await);
        a_minute_later(&app).await;
        let said_now = spoken(&reader).await;
        assert!(said_now[2].contains("• Cy is no longer in the team"), "{said_now:?}");

        // Off is off, and what happened meanwhile is not made up for.
        let off = said(ada.click(&more, "Announce nothing").await);
        assert!(off.text().contains("Nothing is announced"), "{}", off.text());
        said(ada.slash("/team create name:Other preset:campaigns").await);
        a_minute_later(&app).await;
        assert_eq!(spoken(&reader).await.len(), 3);
        app.end().await;
    }

    async fn a_team_announces_in_its_own_language(world: World) {
        let app = TestApp::start(world).await;
        app.guild.set_locale("de");
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        user.set_locale("de");
        said(ada.slash("/team create name:Aurora preset:campaigns").await);
        app.seated("Bo", "member").await;
        user.set_locale("en-US");
        app.guild.add_channel("news");
        let reader = app.sim.client(&user, &app.guild, "news");
        said(ada.slash("/activity announce channel:news").await);
        said(ada.slash("/member role member:Bo role:viewer").await);
        a_minute_later(&app).await;
        let told = spoken(&reader).await;
        assert!(told[0].contains("Neues von Aurora") && told[1].contains("Bo ist jetzt Viewer, zuvor Member"), "{told:?}");
        app.end().await;
    }

    async fn a_channel_that_discord_closes_ends_the_announcements_and_its_chooser_hears_of_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("Bo", "member").await;
        let channel = app.guild.add_channel("news");
        channel.deny_bot(Permissions::SEND_MESSAGES);
        let refused = said(ada.slash("/activity announce channel:news").await);
        assert!(refused.text().contains("NO-PERM"), "{}", refused.text());
        channel.deny_bot(Permissions::NONE);
        let on = said(ada.click(&refused, "Check again").await);
        assert!(on.text().contains("Changes are announced"), "{}", on.text());

        channel.deny_bot(Permissions::SEND_MESSAGES);
        said(ada.slash("/member role member:Bo role:viewer").await);
        a_minute_later(&app).await;
        let told = ada.direct_messages().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].text().contains("Nothing is announced any more"), "{}", told[0].text());
        let log = said(ada.slash("/activity log type:announcements.stopped").await);
        assert!(log.text().contains("Discord does not take the announcements any more"), "{}", log.text());
        channel.deny_bot(Permissions::NONE);
        said(ada.slash("/member role member:Bo role:member").await);
        a_minute_later(&app).await;
        let reader = app.sim.client(ada.user(), &app.guild, "news");
        assert_eq!(spoken(&reader).await.len(), 1, "only the greeting");
        app.end().await;
    }
}
