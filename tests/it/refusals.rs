//! Everything on the way that is refused: by Discord's door, by mail's and by the pages'. Each refusal is a sentence with
//! a code, and changes nothing.

use std::time::Duration;

use discord_sim::{Permissions, Person};
use muster_core::both_dbs;

use crate::app::{PASSWORD, TestApp, link, said};

async fn refused(app: &TestApp, person: &Person, command: &str, says: &str) {
    let before = app.done_in(app.team().await).await;
    let card = said(person.slash(command).await);
    assert!(
        card.text().contains(says),
        "{command} should say `{says}`:\n{}",
        card.text()
    );
    assert!(
        card.text().contains('⛔'),
        "{command} should look like a refusal:\n{}",
        card.text()
    );
    assert_eq!(
        app.done_in(app.team().await).await,
        before,
        "{command} changed something"
    );
}

both_dbs! {
    async fn creating_a_team_needs_manage_server(world: World) {
        let app = TestApp::start(world).await;
        let (_, bo) = app.person("Bo", Permissions::NONE);
        let card = said(bo.slash("/team create name:Aurora preset:campaigns").await);
        assert!(card.text().contains("Manage Server") && card.text().contains("NEED-ROLE"), "{}", card.text());
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        let card = said(ada.slash("/team create name:Aurora preset:monarchy").await);
        assert!(card.text().contains("there is none called"), "{}", card.text());
        app.end().await;
    }

    async fn a_stranger_is_offered_linking(world: World) {
        let app = TestApp::start(world).await;
        app.owner().await;
        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        for command in ["/member list", "/invite list", "/activity log", "/account status", "/member role member:Ada role:viewer"] {
            let card = said(eve.slash(command).await);
            assert!(card.text().contains("NOT-LINKED"), "{command}: {}", card.text());
            assert!(card.button("Link my account").is_some(), "{command}");
        }
        let card = said(eve.slash("/invite email role:member").await);
        assert!(card.text().contains("NOT-LINKED"), "{}", card.text());
        let linked = said(eve.click(&card, "Link my account").await);
        assert!(linked.link("Link my account").is_some(), "{}", linked.text());
        app.end().await;
    }

    async fn members_of_other_teams_see_nothing(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Other preset:project").await);
        let list = said(ada.slash("/member list").await);
        let stolen = list.selects()[0].custom_id.clone();
        let hers = said(eve.slash("/member list").await);
        let team = stolen.split('|').nth(2).expect("a team").to_owned();
        for forged in [format!("v1|members|{team}|-|0"), format!("v1|invitations|{team}|all|0"), format!("v1|activity|{team}|-|0")] {
            let card = said(eve.forge_click(&hers, &forged).await);
            assert!(card.text().contains("NOT-FOUND"), "{forged}: {}", card.text());
        }
        app.sim.take_complaints();
        app.end().await;
    }

    async fn roles_are_offered_only_to_those_who_may_give_them(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "member").await;
        for (command, option, owners, members) in
            [("invite email", "role", 3, 0), ("member role", "role", 3, 0), ("member list", "role", 3, 3)]
        {
            let offered = ada.autocomplete(command, option, "", &[]).await.expect("it completes");
            assert_eq!(offered.len(), owners, "{command}: {offered:?}");
            let offered = bo.autocomplete(command, option, "", &[]).await.expect("it completes");
            assert_eq!(offered.len(), members, "{command}: {offered:?}");
        }
        app.end().await;
    }

    async fn completing_a_name_reveals_no_address(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "member").await;
        let mail = app.invite(&ada, "secret@example.org", "member").await;
        app.accept_as_new(&mail, "Cy").await;
        let found = ada.autocomplete("member role", "member", "secret", &[]).await.expect("it completes");
        assert_eq!(found.len(), 1, "owners see addresses: {found:?}");
        assert_eq!(bo.autocomplete("member role", "member", "secret", &[]).await.expect("it completes"), []);
        assert_eq!(bo.autocomplete("member role", "member", "c", &[]).await.expect("it completes").len(), 1);
        app.end().await;
    }

    async fn members_cannot_manage(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "member").await;
        refused(&app, &bo, "/invite list", "Only Owners can send invitations. You are Member.").await;
        refused(&app, &bo, "/invite email role:member", "Only Owners can send invitations").await;
        refused(&app, &bo, "/invite resend invitation:bo@example.org", "Only Owners can").await;
        refused(&app, &bo, "/invite revoke invitation:bo@example.org", "Only Owners can").await;
        refused(&app, &bo, "/activity log", "Only Owners can").await;
        refused(&app, &bo, "/member role member:Ada role:viewer", "Only Owners can change roles. You are Member.").await;
        refused(&app, &ada, "/member role member:Ada role:viewer", "OWN-ROLE").await;
        refused(&app, &ada, "/member role member:Bo role:emperor", "ROLE-UNKNOWN").await;
        refused(&app, &ada, "/member role member:Bo role:member", "SAME-ROLE").await;
        refused(&app, &ada, "/member role member:Nobody role:member", "NOT-FOUND").await;
        app.end().await;
    }

    async fn the_top_role_is_given_after_a_question_only(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (bo, _) = app.member(&ada, "Bo", "member").await;
        let before = app.done_in(app.team().await).await;
        let ask = said(ada.slash("/member role member:Bo role:owner reason:second pair of eyes").await);
        assert!(ask.text().contains("Make Bo Owner?"), "{}", ask.text());
        assert_eq!(app.done_in(app.team().await).await, before, "nothing happens before the answer");
        let done = said(ada.click(&ask, "Make Bo Owner").await);
        assert!(done.text().contains("Bo is now Owner"), "{}", done.text());
        let log = said(ada.slash("/activity log type:member.role_changed").await);
        assert!(log.text().contains("to Owner (second pair of eyes)"), "{}", log.text());
        assert!(!log.text().contains("joined as"), "only role changes: {}", log.text());
        let ask = said(bo.slash("/member role member:Ada role:viewer").await);
        said(bo.click(&ask, "Make Ada Viewer").await);
        refused(&app, &ada, "/member role member:Bo role:viewer", "You are Viewer").await;
        app.end().await;
    }

    async fn a_review_tells_what_would_happen_to_each_address(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.member(&ada, "Bo", "member").await;
        app.invite(&ada, "cy@example.org", "member").await;
        let before = app.done_in(app.team().await).await;
        let review = app.review(&ada, "bo@example.org, cy@example.org, not an address\ndee@gmial.com", "viewer").await;
        let text = review.text();
        for line in [
            "bo@example.org · already a member",
            "cy@example.org · mailed a moment ago",
            "dee@gmial.com · new; did you mean gmail.com?",
            "address · That is not an email address we can use",
        ] {
            assert!(text.contains(line), "`{line}` is not in\n{text}");
        }
        assert_eq!(app.done_in(app.team().await).await, before, "a review writes nothing");
        let again = ada.click(&review, "Edit").await.expect("the form opens again");
        let form = again.modal().expect("a form").clone();
        let review = said(ada.submit(&form, &[("Email addresses", "dee@gmail.com")]).await);
        assert!(review.text().contains("dee@gmail.com · new"), "{}", review.text());
        let review = said(ada.select(&review, "Role", &["owner"]).await);
        assert!(review.text().contains("as Owner?"), "{}", review.text());
        let gone = said(ada.click(&review, "Cancel").await);
        assert!(gone.text().contains("Nothing was changed"), "{}", gone.text());
        assert_eq!(app.done_in(app.team().await).await, before);
        app.end().await;
    }

    async fn too_many_addresses_are_kept_for_another_edit(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let typed: Vec<String> = (0..21).map(|n| format!("p{n}@example.org")).collect();
        let card = app.review(&ada, &typed.join("\n"), "viewer").await;
        assert!(card.text().contains("You typed 21, and 20 at a time"), "{}", card.text());
        let again = ada.click(&card, "Edit").await.expect("the form opens again");
        let form = again.modal().expect("a form").clone();
        let kept = form.input("Email addresses").map(|input| input.value.clone());
        assert_eq!(kept, Some(typed.join("\n")));
        let review = said(ada.submit(&form, &[("Email addresses", " , ")]).await);
        assert!(review.text().contains("Nobody to invite yet"), "{}", review.text());
        app.end().await;
    }

    async fn a_second_click_and_a_repeated_interaction_do_nothing(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let review = app.review(&ada, "bo@example.org", "member").await;
        said(ada.click(&review, "Send 1 invitation").await);
        app.mail_to("bo@example.org").await;
        let before = app.done_in(app.team().await).await;
        // The same button once more, as a second click that was already under way.
        let send = review.button("Send 1 invitation").expect("the button").custom_id.clone().expect("its id");
        let second = said(ada.forge_click(&review, &send).await);
        assert!(second.text().contains("STALE"), "{}", second.text());
        // The same interaction once more, as after a reconnection.
        said(ada.slash("/invite revoke invitation:bo@example.org").await);
        let list = said(ada.slash("/invite list").await);
        let shown = said(ada.select(&list, "Open…", &[&list.select("Open…").expect("a choice").options[0].value.clone()]).await);
        let ask = said(ada.click(&shown, "Revoke…").await);
        said(ada.click(&ask, "Revoke bo@example.org").await);
        assert_eq!(app.done_in(app.team().await).await, before + 1);
        ada.replay().await.expect("it is delivered again");
        app.settle().await;
        let list = said(ada.slash("/activity log").await);
        assert_eq!(app.done_in(app.team().await).await, before + 1, "{}", list.text());
        app.sim.take_complaints();
        app.end().await;
    }

    async fn the_hourly_limit_says_when_it_ends(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let twenty: Vec<String> = (0..20).map(|n| format!("p{n}@example.org")).collect();
        let review = app.review(&ada, &twenty.join(","), "viewer").await;
        let sent = said(ada.click(&review, "Send 20 invitations").await);
        assert!(sent.text().contains("20 invitations sent"), "{}", sent.text());
        for _ in 0..20 {
            app.sink.next_mail().await;
        }
        let review = app.review(&ada, "late@example.org", "viewer").await;
        let refused = said(ada.click(&review, "Send 1 invitation").await);
        assert!(refused.text().contains("No invitation was sent") && refused.text().contains("of this hour"), "{}", refused.text());
        assert!(refused.button("Edit").is_some(), "what was typed is kept");
        app.advance(Duration::from_hours(1));
        app.invite(&ada, "late@example.org", "viewer").await;
        app.end().await;
    }

    async fn a_link_says_what_became_of_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let used = app.invite(&ada, "bo@example.org", "member").await;
        app.accept_as_new(&used, "Bo").await;
        let replaced = app.invite(&ada, "cy@example.org", "member").await;
        app.advance(Duration::from_mins(1));
        app.invite(&ada, "cy@example.org", "viewer").await;
        let declined = app.invite(&ada, "dee@example.org", "member").await;
        app.browser().open(&link(&declined)).await.submit("Decline the invitation", &[]).await;
        let unknown = format!("{}/i/{}", app.url, "A".repeat(43));
        let malformed = format!("{}/i/x", app.url);
        for (link, status, says) in [
            (link(&used), 410, "already accepted"),
            (link(&replaced), 410, "replaced by a newer one"),
            (link(&declined), 410, "declined"),
            (unknown.clone(), 404, "no such invitation"),
            (malformed.clone(), 404, "no such invitation"),
        ] {
            let page = app.browser().open(&link).await;
            assert_eq!(page.status, status, "{link}: {}", page.text());
            assert!(page.text().contains(says), "{link} should say `{says}`: {}", page.text());
        }
        let (unknown, malformed) = (app.browser().open(&unknown).await, app.browser().open(&malformed).await);
        assert_eq!(unknown.text(), malformed.text(), "unknown tokens all look the same");
        app.end().await;
    }

    async fn somebody_else_cannot_accept(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, bo) = app.member(&ada, "Bo", "member").await;
        let mail = app.invite(&ada, "cy@example.org", "member").await;
        let page = bo.open(&link(&mail)).await;
        assert!(page.text().contains("c…@e….org") && !page.text().contains("cy@example.org"), "{}", page.text());
        assert!(page.form("Accept invitation").is_none() && page.form("Create account & join").is_none());
        let before = app.done_in(app.team().await).await;
        let fresh = app.browser().open(&link(&mail)).await;
        let (action, mut fields) = fresh.form("Create account & join").expect("the form");
        fields.insert("name".to_owned(), "Bo".to_owned());
        fields.insert("password".to_owned(), PASSWORD.to_owned());
        let forged = bo.post(&action, &fields).await;
        assert!((400..500).contains(&forged.status), "{}: {}", forged.status, forged.text());
        assert_eq!(app.done_in(app.team().await).await, before);
        // Signed out, the link still works for whom it is for.
        let out = page.submit("Sign out and continue", &[]).await;
        assert!(out.form("Create account & join").is_some(), "{}", out.text());
        app.end().await;
    }

    async fn an_existing_person_signs_in_and_accepts_with_one_button(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (_, bo) = app.member(&ada, "Bo", "member").await;
        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Other preset:project").await);
        app.advance(Duration::from_mins(1));
        let mail = app.invite(&eve, "bo@example.org", "member").await;
        // Signed out: asked to sign in as the invited person, then brought back.
        let page = app.browser().open(&link(&mail)).await;
        let wrong = page.submit("Sign in", &[("password", "not the password")]).await;
        assert!(wrong.text().contains("not right"), "{}", wrong.text());
        let back = page.submit("Sign in", &[("password", PASSWORD)]).await;
        assert!(back.form("Accept invitation").is_some(), "{}", back.text());
        // Signed in: one button.
        let team = bo.open(&link(&mail)).await.submit("Accept invitation", &[]).await;
        assert!(team.url.path().starts_with("/teams/") && team.text().contains("Other"), "{}", team.text());
        // Both browsers had the button; the other one comes too late.
        let late = back.submit("Accept invitation", &[]).await;
        assert_eq!(late.status, 410, "{}", late.text());
        app.end().await;
    }

    async fn fifty_browsers_accept_one_link_and_one_gets_in(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let before = app.done_in(app.team().await).await;
        let mut pages = Vec::new();
        for _ in 0..50 {
            pages.push(app.browser().open(&link(&mail)).await);
        }
        let fields = [("name", "Bo"), ("password", PASSWORD)];
        let answers = futures::future::join_all(pages.iter().map(|page| page.submit("Create account & join", &fields))).await;
        let inside = answers.iter().filter(|page| page.url.path().starts_with("/teams/")).count();
        assert_eq!(inside, 1, "{:?}", answers.iter().map(|page| page.status).collect::<Vec<_>>());
        assert!(answers.iter().all(|page| page.status < 500));
        assert_eq!(app.done_in(app.team().await).await, before + 1);
        app.end().await;
    }
}
