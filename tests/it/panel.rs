//! The panel that a team posts in a channel.

use discord_sim::Permissions;
use muster_core::both_dbs;

use crate::app::{TestApp, said};

both_dbs! {
    async fn a_panel_lets_people_link_and_see_their_own_membership(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "viewer").await;
        let (_, cy) = app.person("Cy", Permissions::NONE);
        let told = said(ada.slash("/team panel channel:general").await);
        assert!(told.text().contains("The panel is posted"), "{}", told.text());
        let seen = cy.messages().await;
        let panel = seen.last().expect("a message in the channel");
        assert!(!panel.ephemeral && panel.text().contains("Aurora and you"), "{}", panel.text());
        // Whoever presses sees their own, and the panel stays as it is.
        let mine = said(bo.click(panel, "My membership").await);
        assert!(mine.text().contains("Aurora · you are Viewer"), "{}", mine.text());
        let link = said(cy.click(panel, "Link my account").await);
        assert!(link.link("Link my account").is_some(), "{}", link.text());
        let none = said(cy.click(panel, "My membership").await);
        assert!(none.text().contains("not linked"), "{}", none.text());
        assert_eq!(cy.current(panel).await.expect("it is still there").text(), panel.text());
        // Only those who change the settings post one.
        let refused = said(bo.slash("/team panel channel:general").await);
        assert!(refused.text().contains("Only Owners can change the team's settings."), "{}", refused.text());
        app.end().await;
    }

    async fn a_channel_that_the_bot_may_not_write_in_is_named_and_tried_again(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let channel = app.guild.add_channel("quiet");
        channel.deny_bot(Permissions::SEND_MESSAGES);
        let refused = said(ada.slash("/team panel channel:quiet").await);
        assert!(refused.text().contains("NO-PERM") && refused.text().contains("could not be posted"), "{}", refused.text());
        channel.deny_bot(Permissions::NONE);
        let posted = said(ada.click(&refused, "Check again").await);
        assert!(posted.text().contains("The panel is posted"), "{}", posted.text());
        app.end().await;
    }

    async fn nobody_has_a_panel_posted_where_they_may_not_write(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let channel = app.guild.add_channel("quiet");
        for denied in [Permissions::SEND_MESSAGES, Permissions::VIEW_CHANNEL] {
            channel.overwrite_member(ada.user(), Permissions::NONE, denied);
            let refused = said(ada.slash("/team panel channel:quiet").await);
            assert!(refused.text().contains("You can't write in that channel yourself"), "{}", refused.text());
            assert!(refused.text().contains("NEED-ROLE"), "{}", refused.text());
        }
        channel.overwrite_member(ada.user(), Permissions::NONE, Permissions::NONE);
        let there = app.sim.client(ada.user(), &app.guild, "quiet");
        assert_eq!(there.messages().await.len(), 0);
        let posted = said(ada.slash("/team panel channel:quiet").await);
        assert!(posted.text().contains("The panel is posted"), "{}", posted.text());
        assert_eq!(there.messages().await.len(), 1);
        app.end().await;
    }
}
