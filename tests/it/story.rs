//! The main job, end to end, as one story: a team is founded in Discord, somebody is invited by mail, accepts on a page,
//! links Discord, and from then on works with the authority of the role they have at that moment.

use std::time::Duration;

use discord_sim::Permissions;
use muster_core::both_dbs;
use muster_jobs::ScheduleName;

use crate::app::{TestApp, link, said};

const WEEK: Duration = Duration::from_hours(24 * 7);

both_dbs! {
    async fn from_discord_by_mail_into_the_team(world: World) {
        let app = TestApp::start(world).await;

        // 1. Ada founds a team that belongs to this server.
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        let founded = said(ada.slash("/team create name:Aurora preset:campaigns").await);
        assert!(founded.text().contains("Aurora · you are Owner"), "{}", founded.text());

        // 2. She invites Bo: a form, a review that writes nothing, and Send.
        let review = app.review(&ada, "bo@example.org", "member").await;
        assert!(review.text().contains("bo@example.org · new"), "{}", review.text());
        let roles: Vec<_> = review.select("Role").expect("a choice of roles").options.iter().map(|o| o.label.clone()).collect();
        assert_eq!(roles, ["As Owner", "As Member", "As Viewer"]);
        let sent = said(ada.click(&review, "Send 1 invitation").await);
        assert!(sent.text().contains("✅ 1 invitation sent"), "{}", sent.text());

        // 3. The mail arrives, in two parts, with a link to our own address.
        let mail = app.mail_to("bo@example.org").await;
        assert!(mail.subject.contains("Aurora"), "{}", mail.subject);
        assert!(link(&mail).starts_with(&app.url));
        assert!(mail.html.contains(&link(&mail)));
        assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
        let delivery = said(ada.slash("/invite show invitation:bo@example.org").await);
        assert!(delivery.text().contains("Pending"), "{}", delivery.text());

        // 4. Bo looks (which changes nothing), then becomes somebody new, and is in.
        let bo_browser = app.browser();
        for _ in 0..3 {
            assert_eq!(bo_browser.open(&link(&mail)).await.status, 200);
        }
        let page = bo_browser.open(&link(&mail)).await;
        assert!(page.text().contains("Aurora") && page.text().contains("Ada"), "{}", page.text());
        let team = page.submit("Create account & join", &[("name", "Bo"), ("password", crate::app::PASSWORD)]).await;
        assert!(team.url.path().starts_with("/teams/"), "{}", team.url);
        assert!(team.text().contains("Bo"), "{}", team.text());

        // 5. He links his Discord user.
        let (_, bo) = app.person("Bo", Permissions::NONE);
        let stranger = said(bo.slash("/account status").await);
        assert!(stranger.text().contains("NOT-LINKED"), "{}", stranger.text());
        app.link_discord(&bo, &bo_browser).await;
        let status = said(bo.slash("/account status").await);
        assert!(status.text().contains("Aurora · Member"), "{}", status.text());

        // 6. Everything works from then on, with the authority he has.
        let list = said(bo.slash("/member list").await);
        assert!(list.text().contains("2 members") && list.text().contains("Aurora · you are Member"), "{}", list.text());
        let refused = said(bo.slash("/invite list").await);
        assert!(refused.text().contains("Only Owners can send invitations"), "{}", refused.text());
        let refused = said(bo.slash("/member role member:Ada role:viewer").await);
        assert!(refused.text().contains("Only Owners can change roles. You are Member."), "{}", refused.text());
        let changed = said(ada.slash("/member role member:Bo role:viewer").await);
        assert!(changed.text().contains("Bo is now Viewer"), "{}", changed.text());
        let list = said(bo.slash("/member list").await);
        assert!(list.text().contains("Aurora · you are Viewer"), "{}", list.text());
        let undone = said(ada.click(&changed, "Undo").await);
        assert!(undone.text().contains("Bo is now Member"), "{}", undone.text());

        let second = app.invite(&ada, "cy@example.org", "viewer").await;
        let again = said(ada.slash("/invite resend invitation:cy@example.org").await);
        assert!(again.text().contains("COOLDOWN"), "{}", again.text());
        app.advance(Duration::from_mins(1));
        let again = said(ada.slash("/invite resend invitation:cy@example.org").await);
        assert!(again.text().contains("Sent again to cy@example.org"), "{}", again.text());
        assert_eq!(link(&app.mail_to("cy@example.org").await), link(&second), "the link stays the same");
        let ask = said(ada.slash("/invite revoke invitation:cy@example.org").await);
        let revoked = said(ada.click(&ask, "Revoke cy@example.org").await);
        assert!(revoked.text().contains("Revoked the invitation"), "{}", revoked.text());
        let dead = app.browser().open(&link(&second)).await;
        assert!(dead.text().contains("cancelled"), "{}", dead.text());

        // 7. A week passes: an invitation nobody answered is expired for every reader, then durably.
        let late = app.invite(&ada, "dee@example.org", "member").await;
        app.advance(WEEK);
        let expired = app.browser().open(&link(&late)).await;
        assert!(expired.text().contains("expired"), "{}", expired.text());
        let shown = said(ada.slash("/invite show invitation:dee@example.org").await);
        assert!(shown.text().contains("Expired"), "{}", shown.text());
        app.tick(ScheduleName::ExpireInvitations).await;
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("The invitation of d…@e….org expired"), "{}", log.text());
        let revived = said(ada.slash("/invite resend invitation:dee@example.org").await);
        assert!(revived.text().contains("open again"), "{}", revived.text());
        let fresh = app.mail_to("dee@example.org").await;
        assert_ne!(link(&fresh), link(&late), "a new life has a new link");
        assert!(app.browser().open(&link(&late)).await.text().contains("latest mail"));
        app.accept_as_new(&fresh, "Dee").await;

        let log = said(ada.slash("/activity log").await);
        for entry in ["Dee joined as Member", "Ada revived the expired invitation"] {
            assert!(log.text().contains(entry), "{entry} is not in\n{}", log.text());
        }
        let linked = said(ada.slash("/activity log type:discord.linked").await);
        assert!(linked.text().contains("Bo linked the Discord account bo"), "{}", linked.text());
        app.end().await;
    }
}
