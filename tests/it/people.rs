//! Inviting somebody who is on the server by a card that only they can open, and what the menu of a person offers.

use std::time::Duration;

use discord_sim::{Message, Permissions, Person};
use muster_core::both_dbs;

use crate::app::{Card, TestApp, said};

const WEEK: Duration = Duration::from_hours(7 * 24);

/// What everybody in the channel sees of what a person has just done.
async fn public(person: &Person) -> Message {
    let message = person.followed_up().await.expect("a card in the channel");
    assert!(!message.ephemeral);
    message
}

async fn press(person: &Person, message: &Message, button: &str) -> Card {
    said(person.click(message, button).await)
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

both_dbs! {
    async fn a_person_is_invited_by_a_card_that_only_they_can_open(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (user, bo) = app.person("Bo", Permissions::NONE);
        let (_, cy) = app.person("Cy", Permissions::NONE);
        let told = said(ada.slash("/invite person user:bo role:viewer").await);
        has(&told.text(), &["Bo is invited", "who becomes Viewer"]);

        // Everybody sees it, and one person is pinged.
        let card = public(&ada).await;
        assert_eq!(card.content, format!("<@{}>", user.id));
        has(&Card::of(&card).text(), &["You are invited to Aurora", "Ada invites Bo to Aurora as Viewer"]);

        // To others it is not theirs, and the card stays as it is.
        has(&press(&cy, &card, "Open my invitation").await.text(), &["This invitation is for somebody else", "NEED-ROLE"]);
        has(&press(&ada, &card, "Open my invitation").await.text(), &["This invitation is for somebody else"]);
        assert_eq!(cy.current(&card).await.expect("everybody sees it"), card);

        // The person joins with nothing but their Discord user.
        let offered = press(&bo, &card, "Open my invitation").await;
        has(&offered.text(), &["Join Aurora as Viewer?", "Ada invites you"]);
        let joined = press(&bo, &offered, "Join Aurora as Viewer").await;
        has(&joined.text(), &["You are in Aurora", "you are Viewer"]);
        has(&said(ada.slash("/member list role:viewer").await).text(), &["1 member", "Bo", "invited by Ada"]);
        has(&press(&bo, &card, "Open my invitation").await.text(), &["already accepted", "USED"]);
        has(&said(ada.slash("/activity log").await).text(), &["Ada invited Bo as Viewer", "Bo joined as Viewer"]);
        has(&said(ada.slash("/invite person user:bo").await).text(), &["ALREADY-MEMBER"]);
        app.end().await;
    }

    async fn a_card_that_is_over_says_so(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, bo) = app.person("Bo", Permissions::NONE);
        said(ada.slash("/invite person user:bo role:viewer").await);
        let first = public(&ada).await;
        said(ada.slash("/invite person user:bo role:member").await);
        let second = public(&ada).await;
        has(&press(&bo, &first, "Open my invitation").await.text(), &["replaced by a newer one", "REPLACED"]);

        // It is listed among the links by the person's name, and cancelled there.
        let list = said(ada.slash("/invite link list").await);
        has(&list.text(), &["2 invite links", "for Bo", "Pending", "Replaced"]);
        let one = said(ada.select(&list, "Open…", &[&list.select("Open…").expect("a select").options[0].value]).await);
        has(&one.text(), &["only Bo can open it"]);
        let ask = press(&ada, &one, "Disable…").await;
        let label = ask.buttons().last().expect("a button").label.clone();
        press(&ada, &ask, &label).await;
        has(&press(&bo, &second, "Open my invitation").await.text(), &["was cancelled", "REVOKED"]);

        // The person says no, and that is that.
        said(ada.slash("/invite person user:bo").await);
        let third = public(&ada).await;
        let offered = press(&bo, &third, "Open my invitation").await;
        has(&press(&bo, &offered, "Decline").await.text(), &["You declined the invitation to Aurora"]);
        has(&press(&bo, &third, "Open my invitation").await.text(), &["was declined", "DECLINED"]);

        // Time runs out.
        said(ada.slash("/invite person user:bo").await);
        let fourth = public(&ada).await;
        app.advance(WEEK);
        has(&press(&bo, &fourth, "Open my invitation").await.text(), &["has expired", "EXPIRED"]);
        let log = said(ada.slash("/activity log").await).text();
        has(&log, &["Ada revoked the invitation of Bo", "Bo declined the invitation", "invited Bo again as Member"]);
        app.end().await;
    }

    async fn what_the_rules_refuse_is_refused_when_inviting_and_when_accepting(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mo = app.seated("Mo", "owner").await;
        let low = app.seated("Low", "viewer").await;
        let (_, bo) = app.person("Bo", Permissions::NONE);
        has(&said(low.slash("/invite person user:bo").await).text(), &["NEED-ROLE"]);
        has(&said(ada.slash("/invite person user:bo role:pirate").await).text(), &["ROLE-UNKNOWN"]);
        has(&said(ada.slash("/invite person user:mo").await).text(), &["ALREADY-MEMBER"]);

        // Whoever invited may no longer do so when it is accepted.
        said(mo.slash("/invite person user:bo role:member").await);
        let card = public(&mo).await;
        let offered = press(&bo, &card, "Open my invitation").await;
        let ask = said(ada.slash("/member role member:Mo role:viewer").await);
        press(&ada, &ask, "Make Mo Viewer").await;
        has(&press(&bo, &offered, "Join Aurora as Member").await.text(), &["OFFER-LAPSED"]);
        has(&said(ada.slash("/member list role:member").await).text(), &["Nobody has this role yet"]);

        // What the team asks for of everybody cannot be said on a card; who has an account is not invited to this one.
        said(ada.slash("/team create name:Firm preset:company").await);
        has(&said(ada.slash("/invite person user:bo team:Firm").await).text(), &["more about each person than Discord knows", "/invite email"]);
        said(ada.slash("/team create name:Shop preset:business").await);
        has(&said(ada.slash("/invite person user:bo team:Shop").await).text(), &["PLAN"]);
        app.end().await;
    }

    async fn seats_are_held_by_cards_too(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("business").await;
        app.world.set_plan(app.team().await, "pro").await;
        app.world.edit_policy(app.team().await, "seats = 5", "seats = 2").await;
        app.person("Bo", Permissions::NONE);
        app.person("Cy", Permissions::NONE);
        said(ada.slash("/invite person user:bo").await);
        has(&said(ada.slash("/invite person user:cy").await).text(), &["SEATS"]);
        // One who is asked again takes no second seat.
        has(&said(ada.slash("/invite person user:bo").await).text(), &["Bo is invited"]);
        app.end().await;
    }

    async fn twenty_cards_an_hour_and_no_more(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.person("Bo", Permissions::NONE);
        for _ in 0..20 {
            has(&said(ada.slash("/invite person user:bo").await).text(), &["Bo is invited"]);
        }
        has(&said(ada.slash("/invite person user:bo").await).text(), &["LIMIT"]);
        app.advance(Duration::from_mins(61));
        has(&said(ada.slash("/invite person user:bo").await).text(), &["Bo is invited"]);
        app.end().await;
    }

    async fn the_menu_of_a_person_leads_to_their_membership(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mo = app.seated("Mo", "member").await;
        let (user, bo) = app.person("Bo", Permissions::NONE);
        let shown = said(ada.context_menu("View team profile", mo.user()).await);
        has(&shown.text(), &["Mo", "Member", "mo@example.org"]);

        let none = said(ada.context_menu("View team profile", &user).await);
        has(&none.text(), &["Bo is not in Aurora", "only they can open"]);
        press(&ada, &none, "Invite to the team").await;
        let offered = press(&bo, &public(&ada).await, "Open my invitation").await;
        press(&bo, &offered, "Join Aurora as Member").await;
        has(&said(mo.context_menu("View team profile", &user).await).text(), &["Bo", "Member"]);

        // Roles are given from the menu, those that the caller may give.
        let manage = said(ada.context_menu("Manage membership", &user).await);
        assert_eq!(manage.select("Give another role…").expect("a select").options.len(), 2);
        let changed = said(ada.select(&manage, "Give another role…", &["viewer"]).await);
        has(&changed.text(), &["Bo is now Viewer"]);
        let nothing = said(mo.context_menu("Manage membership", &user).await);
        has(&nothing.text(), &["Your role lets you change nothing"]);
        assert!(nothing.select("Give another role…").is_none());

        let (user, _) = app.person("Cy", Permissions::NONE);
        let invited = said(ada.context_menu("Invite to team", &user).await);
        has(&invited.text(), &["Cy is invited"]);
        has(&said(bo.context_menu("Manage membership", &user).await).text(), &["Cy is not in Aurora", "Whoever may invite people"]);
        app.end().await;
    }
}
