//! What is more than a card shows has pages, and everything can be done from each of them.

use discord_sim::Message;
use muster_core::both_dbs;

use crate::app::{TestApp, said};

/// The rows of a card.
fn rows(card: &Message) -> Vec<&str> {
    let text = card.embeds[0].description.as_deref().unwrap_or_default();
    text.lines().collect()
}

both_dbs! {
    async fn a_review_of_twenty_is_turned_and_sent_from_its_second_page(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mut typed: Vec<String> = (0..17).map(|n| format!("p{n}@example.org")).collect();
        typed.extend(["nonsense", "worse", "dee@gmial.com"].map(str::to_owned));
        let first = app.review(&ada, &typed.join("\n"), "viewer").await;
        assert!(first.text().contains("Invite 18 people as Viewer?"), "{}", first.text());
        assert!(first.text().contains("Page 1 of 2"), "{}", first.text());
        let lines = rows(&first);
        assert!(lines[0].contains("nonsense") && lines[1].contains("worse"), "mistakes come first: {lines:?}");
        assert!(lines[2].contains("did you mean gmail.com?") && lines[3].contains("p0"), "{lines:?}");

        let second = said(ada.click(&first, "Next ›").await);
        assert!(second.text().contains("Page 2 of 2"), "{}", second.text());
        assert!(rows(&second)[9].contains("p16"), "{}", second.text());
        let second = said(ada.select(&second, "Role", &["member"]).await);
        assert!(second.text().contains("Invite 18 people as Member?"), "{}", second.text());
        assert!(second.text().contains("Page 2 of 2"), "the page stays: {}", second.text());
        let sent = said(ada.click(&second, "Send 18 invitations").await);
        assert!(sent.text().contains("18 invitations sent, the rest were not"), "{}", sent.text());
        assert!(rows(&sent)[1].starts_with("⛔") && rows(&sent)[2].starts_with("✅"), "{}", sent.text());
        let rest = said(ada.click(&sent, "Next ›").await);
        assert!(rows(&rest).len() == 10 && rest.text().contains("Page 2 of 2"), "{}", rest.text());
        let back = said(ada.click(&rest, "‹ Previous").await);
        assert_eq!(back.text(), sent.text());
        let mut mailed = Vec::new();
        for _ in 0..18 {
            mailed.extend(app.sink.next_mail().await.to);
        }
        mailed.sort();
        typed.retain(|address| address.contains('@'));
        typed.sort();
        assert_eq!(mailed, typed);

        // The review is over, on each of its pages.
        let send = first.button("Send 18 invitations").and_then(|button| button.custom_id.clone());
        for id in [send, first.button("Next ›").and_then(|button| button.custom_id.clone())] {
            let late = said(ada.forge_click(&back, &id.expect("its id")).await);
            assert!(late.text().contains("STALE"), "{}", late.text());
        }
        app.end().await;
    }

    async fn what_could_not_be_sent_has_pages_and_can_be_edited_from_each(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.world.edit_policy(app.team().await, "hourly_limit = 20", "hourly_limit = 1").await;
        app.invite(&ada, "bo@example.org", "member").await;
        let before = app.done_in(app.team().await).await;
        let typed: Vec<String> = (0..12).map(|n| format!("p{n}@example.org")).collect();
        let review = app.review(&ada, &typed.join("\n"), "viewer").await;
        let refused = said(ada.click(&review, "Send 12 invitations").await);
        assert!(refused.text().contains("No invitation was sent"), "{}", refused.text());
        let rest = said(ada.click(&refused, "Next ›").await);
        assert!(rows(&rest).len() == 2 && rest.text().contains("of this hour"), "{}", rest.text());
        let form = ada.click(&rest, "Edit").await.expect("the form opens again");
        let kept = form.modal().expect("a form").input("Email addresses").map(|input| input.value.clone());
        assert_eq!(kept, Some(typed.join("\n")), "what was typed is kept");
        assert_eq!(app.done_in(app.team().await).await, before);
        app.end().await;
    }

    async fn many_teams_have_pages(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        for n in 1..=10 {
            said(ada.slash(&format!("/team create name:Team{n} preset:campaigns")).await);
        }
        let first = said(ada.slash("/team list").await);
        assert!(first.text().contains("11 teams") && rows(&first).len() == 10, "{}", first.text());
        let second = said(ada.click(&first, "Next ›").await);
        let name = rows(&second)[0].split("**").nth(1).expect("a name").to_owned();
        let choice = second.select("Work with…").expect("a choice").options[0].value.clone();
        let switched = said(ada.select(&second, "Work with…", &[&choice]).await);
        assert!(switched.text().contains(&name), "{}", switched.text());
        app.end().await;
    }
}
