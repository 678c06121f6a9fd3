//! What stands where everybody sees it, and who gains nothing by what they are in the server.

use std::time::Duration;

use discord_sim::{Message, Permissions};
use muster_core::both_dbs;
use muster_jobs::ScheduleName;

use crate::app::{TestApp, said};

fn leads_somewhere(message: &Message) -> bool {
    message.text().contains("http") || message.buttons().iter().any(|button| button.url.is_some())
}

both_dbs! {
    async fn nothing_that_everybody_sees_holds_a_link_or_an_address_or_pings_anybody_else(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("workspace").await;
        let bo = app.seated("Bo", "member").await;
        let (_, cy) = app.person("Cy", Permissions::NONE);
        app.guild.add_channel("news");
        said(ada.slash("/team panel channel:news").await);
        said(ada.slash("/activity announce channel:news").await);
        app.invite(&ada, "dee@example.net", "member").await;
        let link = said(ada.slash("/invite link create domain:example.net").await);
        assert!(leads_somewhere(&link), "the link is for Ada's eyes only: {}", link.text());
        said(ada.slash("/invite person user:cy").await);
        let linking = said(cy.slash("/link").await);
        assert!(leads_somewhere(&linking), "{}", linking.text());
        said(ada.slash("/member role member:Bo role:moderator").await);
        app.advance(Duration::from_secs(61));
        app.tick(ScheduleName::LookForNews).await;
        let news = app.sim.client(bo.user(), &app.guild, "news").messages().await;
        let general = bo.messages().await;
        assert_eq!((news.len(), general.len()), (3, 1), "the panel, the greeting, a line; and the card");
        for message in news.iter().chain(&general) {
            assert!(!leads_somewhere(message), "{}", message.text());
            assert!(!message.text().contains("@example") && !message.text().contains("dee"), "{}", message.text());
        }
        assert!(news.iter().all(|message| message.pinged.is_empty()));
        assert_eq!(general[0].pinged, ["Cy"], "the one it is for");
        app.end().await;
    }

    async fn who_runs_the_server_has_no_authority_over_a_team(world: World) {
        let app = TestApp::start(world).await;
        app.owner().await;
        app.seated("Bo", "member").await;
        let team = app.team().await;
        let (_, root) = app.person("Root", Permissions::ADMINISTRATOR);
        let commands = [
            "/member list", "/member role member:Bo role:owner", "/member remove member:Bo", "/invite email role:owner",
            "/activity log", "/team settings", "/team delete", "/team transfer member:Bo",
        ];
        let forged = [format!("v1|members|{team}|-|0"), format!("v1|ask-delete|{team}"), format!("v1|overview|{team}")];
        let refused = async |code: &str| {
            for command in commands {
                let card = said(root.slash(command).await);
                assert!(card.text().contains(code), "{command}: {}", card.text());
            }
        };
        refused("NOT-LINKED").await;
        app.world.nobody_in_particular(root.user().id.cast_signed(), "Root").await;
        refused("NO-TEAM").await;
        // What others see does not help, not even by its ids.
        let own = said(root.slash("/team list").await);
        for id in forged {
            let card = said(root.forge_click(&own, &id).await);
            assert!(card.text().contains("NOT-FOUND"), "{id}: {}", card.text());
        }
        // Nor does a server that no team is bound to.
        let elsewhere = app.sim.guild("Elsewhere");
        elsewhere.join(root.user(), Permissions::ADMINISTRATOR);
        let there = app.sim.client(root.user(), &elsewhere, "general");
        let card = said(there.slash("/member list team:Aurora").await);
        assert!(card.text().contains("NOT-FOUND"), "{}", card.text());
        app.sim.take_complaints();
        assert_eq!(app.done_in(team).await, 1, "nothing but the founding");
        app.end().await;
    }
}
