//! Leaving, handing over, deleting and bringing back.

use muster_core::both_dbs;

use super::super::support::Browser;
use super::{member, path_of, signed_in};

both_dbs! {
    async fn whoever_may_leaves_after_a_question(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "workspace").await;
        let (_, mut bo) = member(&world, &site, team, (2, "Bo"), "member").await;
        let leave = format!("/teams/{team}/leave");
        bo.get(&format!("/teams/{team}")).await.says(200, &leave);
        bo.get(&leave).await.says(200, "Leave Aurora?");
        bo.get(&format!("/teams/{team}")).await.says(200, "You are <strong>Member</strong>");
        let left = bo.post(&leave, &[]).await;
        bo.follow(&left).await.says(200, "You have left the team.");
        bo.get(&format!("/teams/{team}")).await.says(404, "NOT-FOUND");
        assert!(!ada.get(&format!("/teams/{team}")).await.body.contains(&leave));
        ada.get(&leave).await.says(409, "NO-LEAVE");
        ada.post(&leave, &[]).await.says(409, "NO-LEAVE");
    }

    async fn the_top_role_is_handed_over_after_the_teams_name_was_typed(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let (bo, mut browser) = member(&world, &site, team, (2, "Bo"), "viewer").await;
        let of_bo = path_of(&world, team, bo).await;
        ada.get(&of_bo).await.says(200, "Hand over the team");
        let transfer = format!("{of_bo}/transfer");
        ada.get(&transfer).await.says(200, "Type Aurora to go on");
        let slip = ada.post(&transfer, &[("name", "Borealis")]).await;
        slip.says(422, "id=\"name-error\">That is not the team&#39;s name, so nothing was changed.");
        slip.says(422, "value=\"Borealis\"");
        browser.get(&transfer).await.says(403, "NEED-ROLE");
        browser.post(&transfer, &[("name", "Aurora")]).await.says(403, "NEED-ROLE");
        let done = ada.post(&transfer, &[("name", " aurora ")]).await;
        let page = ada.follow(&done).await;
        page.says(200, "Bo is now Owner");
        page.says(200, "You are <strong>Member</strong>");
        browser.get(&format!("/teams/{team}")).await.says(200, "You are <strong>Owner</strong>");
    }

    async fn a_team_is_deleted_after_its_name_was_typed_and_brought_back(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let (_, mut bo) = member(&world, &site, team, (2, "Bo"), "member").await;
        let home = format!("/teams/{team}");
        let delete = format!("{home}/delete");
        bo.get(&delete).await.says(403, "NEED-ROLE");
        bo.post(&delete, &[("name", "Aurora")]).await.says(403, "NEED-ROLE");
        ada.get(&delete).await.says(200, "Delete Aurora?");
        ada.post(&delete, &[("name", "")]).await.says(422, "id=\"name-error\"");
        let gone = ada.post(&delete, &[("name", "Aurora")]).await;
        ada.follow(&gone).await.says(200, "Until <time datetime=\"2026-12-22T09:00:00Z\">22 December 2026</time>");
        for path in [home.clone(), delete.clone(), format!("{home}/policy")] {
            ada.get(&path).await.says(404, "NOT-FOUND");
        }
        // Who could not have deleted it does not hear of it.
        bo.get(&format!("{home}/deleted")).await.says(404, "NOT-FOUND");
        bo.post(&format!("{home}/restore"), &[]).await.says(404, "NOT-FOUND");
        Browser::new(&site).get(&format!("{home}/deleted")).await.location();
        let back = ada.post(&format!("{home}/restore"), &[]).await;
        ada.follow(&back).await.says(200, "The team is back.");
        ada.get(&format!("{home}/deleted")).await.says(404, "NOT-FOUND");
    }
}
