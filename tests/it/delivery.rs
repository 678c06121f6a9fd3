//! What becomes of the mail, told everywhere: refusals in plain words, a reminder before the end, and an address that wants
//! no more of it.

use std::time::Duration;

use discord_sim::Permissions;
use muster_core::both_dbs;
use muster_jobs::ScheduleName;
use smtp_sink::{Script, Stage};

use crate::app::{TestApp, link, said};

const DAY: Duration = Duration::from_hours(24);

both_dbs! {
    async fn a_mail_that_is_refused_for_good_is_told_in_plain_words(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.sink.script(Script::reply(Stage::Rcpt, 550, "5.1.1 nobody *here*").only_to(|to| to == "nobody@example.org"));
        let review = app.review(&ada, "nobody@example.org", "member").await;
        said(ada.click(&review, "Send 1 invitation").await);
        app.settle().await;
        let shown = said(ada.slash("/invite show invitation:nobody@example.org").await);
        let wanted = "⛔ Mail not delivered: there is no such mailbox (550 5.1.1 nobody *here*). Check the address: revoke this invitation and invite the right one.";
        assert!(shown.text().contains(wanted), "{}", shown.text());
        let list = said(ada.slash("/invite list").await);
        assert!(list.text().contains("nobody@example.org · Pending") && list.text().contains("⛔ mail not delivered"), "{}", list.text());
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("The mail server refused the invitation of n…@e….org for good"), "{}", log.text());

        let (_, browser) = app.member(&ada, "Bo", "owner").await;
        let home = browser.open("/").await;
        let text = browser.open(&path_of_team(&home.body)).await.text();
        assert!(text.contains("✕Mail not delivered: there is no such mailbox (550 5.1.1 nobody *here*) Check the address"), "{text}");
        app.end().await;
    }

    async fn a_mail_that_is_tried_again_says_why_and_when(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.sink.script(Script::reply(Stage::Rcpt, 451, "4.7.1 Greylisted, come back later").times(1));
        let review = app.review(&ada, "bo@example.org", "member").await;
        said(ada.click(&review, "Send 1 invitation").await);
        app.ran(1).await;
        let shown = said(ada.slash("/invite show invitation:bo@example.org").await);
        for words in ["⚠️ Mail not taken yet, next try <t:", "come back later (greylisting)", "(451 4.7.1 Greylisted"] {
            assert!(shown.text().contains(words), "{words}: {}", shown.text());
        }
        let list = said(ada.slash("/invite list").await);
        assert!(list.text().contains("⚠️ mail not taken yet"), "{}", list.text());
        app.advance(Duration::from_mins(1));
        app.tick(ScheduleName::SweepEmails).await;
        app.mail_to("bo@example.org").await;
        let shown = said(ada.slash("/invite show invitation:bo@example.org").await);
        assert!(shown.text().contains("✉️ Mail sent <t:"), "{}", shown.text());
        app.end().await;
    }

    async fn never_mail_me_again_is_said_in_a_browser_and_seen_in_the_review(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let stop = mail.links().into_iter().find(|link| link.ends_with("/stop")).expect("the mail has the link");
        assert!(mail.html.contains(&stop) && stop.starts_with(&link(&mail)));
        let browser = app.browser();
        let page = browser.open(&stop).await;
        assert!(page.text().contains("Stop all invitations to b…@e….org"), "{}", page.text());
        let done = page.submit("Never mail me again", &[]).await;
        assert!(done.text().contains("gets no more invitations from any team"), "{}", done.text());

        app.advance(Duration::from_mins(1));
        let review = app.review(&ada, "bo@example.org, cy@example.org", "member").await;
        assert!(review.text().contains("bo@example.org · wants no invitations from here (SUPPRESSED)"), "{}", review.text());
        let sent = said(ada.click(&review, "Send 1 invitation").await);
        assert!(sent.text().contains("⛔ bo@example.org · This address wants no invitations"), "{}", sent.text());
        app.mail_to("cy@example.org").await;
        let shown = said(ada.slash("/invite show invitation:bo@example.org").await);
        assert!(shown.text().contains("This address wants no invitations"), "{}", shown.text());
        assert!(shown.button("Resend").is_some_and(|button| button.disabled), "{}", shown.text());
        let refused = said(ada.slash("/invite resend invitation:bo@example.org").await);
        assert!(refused.text().contains("SUPPRESSED"), "{}", refused.text());
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("b…@e….org wants no more invitations from here"), "{}", log.text());

        // The one of before can still be accepted.
        app.accept_as_new(&mail, "Bo").await;
        let again = browser.open(&stop).await.submit("Mail me again", &[]).await;
        assert!(again.text().contains("Never mail me again?"), "{}", again.text());
        app.end().await;
    }

    async fn a_reminder_comes_once_before_the_end(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        app.advance(4 * DAY);
        app.tick(ScheduleName::RemindPending).await;
        assert_eq!(app.sink.unread(), 0, "three days are left");
        app.advance(DAY);
        app.tick(ScheduleName::RemindPending).await;
        let reminder = app.mail_to("bo@example.org").await;
        assert!(reminder.subject.contains("Aurora ends"), "{}", reminder.subject);
        assert_eq!(link(&reminder), link(&mail));
        app.advance(DAY);
        app.tick(ScheduleName::RemindPending).await;
        let shown = said(ada.slash("/invite show invitation:bo@example.org").await);
        assert!(shown.text().contains("✉️ Reminder sent <t:") && shown.text().contains("✉️ Mail sent <t:"), "{}", shown.text());
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("b…@e….org was reminded of the invitation"), "{}", log.text());
        app.accept_as_new(&reminder, "Bo").await;
        app.end().await;
    }

    async fn seed_003_resend_waits_60_seconds(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:project").await);
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let resend = "/invite resend invitation:bo@example.org";
        app.advance(Duration::from_secs(59));
        let early = said(ada.slash(resend).await);
        assert!(early.text().contains("COOLDOWN"), "{}", early.text());
        let shown = said(ada.slash("/invite show invitation:bo@example.org").await);
        assert!(shown.button("Resend").is_some_and(|button| button.disabled), "greyed out: {}", shown.text());
        app.advance(Duration::from_secs(1));
        let again = said(ada.slash(resend).await);
        assert!(again.text().contains("Sent again to bo@example.org"), "{}", again.text());
        assert_eq!(link(&app.mail_to("bo@example.org").await), link(&mail));
        app.end().await;
    }

    async fn seed_003_resend_revives_an_expired_invitation_for_7_days(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:project").await);
        let old = app.invite(&ada, "bo@example.org", "member").await;
        app.advance(7 * DAY);
        let page = app.browser().open(&link(&old)).await;
        assert!(page.text().contains("expired"), "{}", page.text());
        let again = said(ada.slash("/invite resend invitation:bo@example.org").await);
        assert!(again.text().contains("open again"), "{}", again.text());
        let fresh = app.mail_to("bo@example.org").await;
        app.advance((7 * DAY).checked_sub(Duration::from_secs(1)).expect("a week is longer"));
        app.accept_as_new(&fresh, "Bo").await;
        app.end().await;
    }

    async fn seed_000_an_invitation_expires_after_7_days(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        app.advance((7 * DAY).checked_sub(Duration::from_secs(1)).expect("a week is longer"));
        let list = said(ada.slash("/invite list").await);
        assert!(list.text().contains("Pending"), "{}", list.text());
        app.advance(Duration::from_secs(1));
        let list = said(ada.slash("/invite list").await);
        assert!(list.text().contains("bo@example.org · Expired"), "{}", list.text());
        let page = app.browser().open(&link(&mail)).await;
        assert_eq!(page.status, 410, "{}", page.text());
        app.end().await;
    }
}

/// Where the one team of a start page is.
fn path_of_team(body: &str) -> String {
    let (_, rest) = body.split_once("href=\"/teams/").expect("a team is listed");
    format!("/teams/{}", rest.split('"').next().unwrap_or_default())
}
