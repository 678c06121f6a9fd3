//! What a team's past adds up to, in Discord.

use std::time::Duration;

use muster_core::both_dbs;

use crate::app::{Card, TestApp, said};

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

/// The picture that a card shows: its bytes, and what it says to those who do not see it.
async fn picture(card: &Card) -> (Vec<u8>, String) {
    let [file] = card.attachments.as_slice() else {
        panic!("one picture, not {:?}", card.attachments)
    };
    assert_eq!(
        card.embeds[0].image.as_deref(),
        Some(file.url.as_str()),
        "the card shows it"
    );
    let answer = reqwest::get(&file.url).await.expect("Discord gives it out");
    let alt = file.description.clone().expect("a picture is described");
    (answer.bytes().await.expect("bytes").to_vec(), alt)
}

both_dbs! {
    async fn a_young_team_gets_words_and_an_older_one_a_picture(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        let young = said(ada.slash("/insights growth").await);
        has(&young.text(), &["Members of Aurora", "2 members", "Members now: 2", "too little for a picture"]);
        assert!(young.attachments.is_empty() && young.embeds[0].image.is_none());
        app.advance(Duration::from_hours(24 * 6));
        let older = said(ada.slash("/insights growth range:7 days").await);
        has(&older.text(), &["Members now: 2", "Joined: 1", "growth.png"]);
        let (png, alt) = picture(&older).await;
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        has(&alt, &["Members. 2 members", "Members now: 2.", "Joined: 1."]);
        // From there to every other report and range, and back.
        let year = said(ada.click(&older, "52 weeks").await);
        has(&year.text(), &["Members now: 2", "in 52 weeks", "too little for a picture"]);
        assert!(year.attachments.is_empty(), "the picture of the other card is gone");
        let roles = said(ada.select(&year, "Another report…", &["roles"]).await);
        has(&roles.text(), &["Roles of Aurora", "Owner: 1", "Member: 1"]);
        let people = said(ada.select(&roles, "Another report…", &["people"]).await);
        has(&people.text(), &["Most active people of Aurora", "Ada: 1"]);
        let features = said(ada.slash("/insights features").await);
        has(&features.text(), &["The host product has reported nothing in 30 days"]);
        let invitations = said(ada.slash("/insights invitations").await);
        has(&invitations.text(), &["There is nothing of this in 30 days yet"]);
        // Only those who may; and the log says who tried.
        let refused = said(bo.slash("/insights growth").await);
        has(&refused.text(), &["NEED-ROLE"]);
        let log = said(ada.slash("/activity log type:access.denied").await);
        has(&log.text(), &["1 entry", "Bo was refused what takes `analytics.view`"]);
        app.end().await;
    }

    async fn a_german_reader_gets_german_words_and_names_are_no_markdown(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("B_o_ x", "member").await;
        for role in ["viewer", "member", "viewer", "member", "viewer"] {
            said(ada.slash(&format!("/member role member:B_o_ role:{role}")).await);
        }
        ada.user().set_locale("de");
        let card = said(ada.slash("/insights people range:7 Tage").await);
        has(&card.text(), &["Die Aktivsten von Aurora", "Ada: 6", "Ein anderer Bericht"]);
        let (png, alt) = picture(&card).await;
        assert!(png.len() > 5_000, "{} bytes", png.len());
        has(&alt, &["Die Aktivsten. 1 von 2 Mitgliedern aktiv in 7 Tagen.", "Ada: 6."]);
        app.end().await;
    }
}
