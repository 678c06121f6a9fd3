//! The pages of a team: what people do there is done at once, asked about first, or refused where they did it.

mod life;
mod read;

use std::time::Duration;

use axum::Router;
use muster_core::activity::Kind;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::member::Status;
use muster_core::testing::World;

use super::support::{Answer, Browser, PASSWORD, site};

/// A team by a preset, and a browser in which its founder is signed in.
async fn signed_in(world: &World, preset: &str) -> (Actor, TeamId, Router, Browser) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", preset).await;
    world.verify(ada.account, "ada@example.org").await;
    world.set_password(ada.account, PASSWORD).await;
    let site = site(world);
    let browser = browser_of(&site, "ada@example.org").await;
    (ada, team, site, browser)
}

/// A browser in which somebody is signed in, and which has seen a page with forms.
async fn browser_of(site: &Router, address: &str) -> Browser {
    let mut browser = Browser::signed_in(site, address, PASSWORD).await;
    browser.get("/account").await;
    browser
}

/// Somebody in the team, and their browser.
async fn member(
    world: &World,
    site: &Router,
    team: TeamId,
    (n, name): (i64, &str),
    role: &str,
) -> (Actor, Browser) {
    let who = world.seated(team, n, name, role).await;
    world.set_password(who.account, PASSWORD).await;
    let address = format!("{}@example.org", name.to_lowercase());
    (who, browser_of(site, &address).await)
}

/// The path of somebody's membership.
async fn path_of(world: &World, team: TeamId, who: Actor) -> String {
    format!(
        "/teams/{team}/members/{}",
        world.member(team, who.account).await.id
    )
}

/// The first path in a page that ends so.
fn path_in(page: &Answer, end: &str) -> String {
    let paths = page
        .body
        .split(['"', '\''])
        .filter(|text| text.starts_with("/teams/") && text.ends_with(end));
    let found = paths.into_iter().next();
    found
        .unwrap_or_else(|| panic!("no path ends with {end} in:\n{}", page.body))
        .to_owned()
}

fn invite<'a>(email: &'a str, role: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![("email", email), ("role", role), ("note", "Come & see")]
}

both_dbs! {
    async fn somebody_is_invited_and_the_list_says_how_it_goes(world: World) {
        let (_, team, _, mut ada) = signed_in(&world, "project").await;
        let (home, send) = (format!("/teams/{team}"), format!("/teams/{team}/invitations"));
        let page = ada.get(&home).await;
        page.says(200, "<option value=\"member\" selected>Member</option>");
        page.says(200, "Nobody is waiting for an answer.");
        let sent = ada.post(&send, &invite("Bo@example.net", "admin")).await;
        assert_eq!(sent.location(), format!("{home}?done=invited#invitations"));
        let page = ada.follow(&sent).await;
        for text in ["The invitation is on its way.", "Bo@example.net", "Mail waiting to be sent", "29 November 2026", "Resend in 60 s</button>", "invited by Ada"] {
            page.says(200, text);
        }
        assert_eq!(world.log(team).await[0].kind, Kind::InvitationSent);
        // The words alone, without what happened, are as good as none.
        assert!(!ada.get(&format!("{home}?done=everything")).await.body.contains("role=\"status\""));
        // What else was asked for and what was written is on its own page.
        let one = path_in(&page, "/revoke").replace("/revoke", "");
        let shown = ada.get(&one).await;
        for text in ["Come &#38; see", "Mail waiting to be sent", "Pending"] {
            shown.says(200, text);
        }
        // A minute later the same address can be invited again, and the first link is dead.
        world.env.clock().advance(Duration::from_mins(1));
        let sent = ada.post(&send, &invite("bo@example.net", "member")).await;
        assert_eq!(sent.location(), format!("{home}?done=replaced#invitations"));
        let page = ada.follow(&sent).await;
        page.says(200, "Pending invitations <span class=\"count\">1</span>");
        ada.get(&format!("{home}?status=all")).await.says(200, "Replaced");
    }

    async fn what_is_wrong_with_an_invitation_is_said_at_its_field_and_nothing_is_lost(world: World) {
        let (_, team, _, mut ada) = signed_in(&world, "project").await;
        world.seated(team, 2, "Bo", "member").await;
        ada.get(&format!("/teams/{team}")).await;
        let send = format!("/teams/{team}/invitations");
        let before = world.log(team).await.len();
        let long = "x".repeat(501);
        for (email, role, note, status, says) in [
            ("cy@example", "member", "Hi", 422, "id=\"email-error\">That is not an email address we can use: the domain is not complete."),
            ("bo@example.org", "member", "Hi", 409, "id=\"email-error\">That person is already a member of this team."),
            ("cy@example.net", "pirate", "Hi", 422, "id=\"role-error\">This team has no role `pirate`."),
            ("cy@example.net", "Not a key", "Hi", 422, "id=\"role-error\">This team has no role"),
            ("cy@example.net", "admin", long.as_str(), 422, "id=\"note-error\">That note can&#39;t be used: it has 501 characters, and 500 is the most."),
            ("cy@gmial.com", "admin", "Hi", 422, "id=\"email-error\">Did you mean cy@gmail.com?"),
        ] {
            let answer = ada.post(&send, &[("email", email), ("role", role), ("note", note)]).await;
            answer.says(status, says);
            answer.says(status, &format!("value=\"{email}\""));
            answer.says(status, &format!(">{note}</textarea>"));
            answer.says(status, "aria-invalid=\"true\" aria-describedby=\"");
            answer.says(status, "<title>Error: ");
        }
        assert_eq!(world.log(team).await.len(), before);
        // An address that only looks mistyped is sent once it is sent again.
        let meant = [("email", "cy@gmial.com"), ("role", "admin"), ("note", ""), ("meant", "cy@gmial.com")];
        assert_eq!(ada.post(&send, &meant).await.location(), format!("/teams/{team}?done=invited#invitations"));
        let again = ada.post(&send, &meant).await;
        again.says(429, "id=\"email-error\">This address was mailed a moment ago.");
        assert_eq!(again.headers["retry-after"], "61");
        // A field that the page does not have is no way in.
        ada.post(&send, &[("email", "dee@example.net"), ("role", "member"), ("invited_by", "Eve")]).await.says(422, "FORM-BAD");
    }

    async fn a_team_that_asks_for_names_has_fields_for_them(world: World) {
        let (_, team, _, mut ada) = signed_in(&world, "company").await;
        let page = ada.get(&format!("/teams/{team}")).await;
        for name in ["first_name", "last_name", "phone"] {
            page.says(200, &format!("name=\"{name}\""));
        }
        let send = format!("/teams/{team}/invitations");
        let mut fields = invite("bo@example.net", "manager");
        fields.extend([("first_name", "Bo"), ("last_name", "Lindqvist")]);
        let answer = ada.post(&send, &fields).await;
        answer.says(422, "id=\"phone-error\">This team asks for phone number with each invitation.");
        answer.says(422, "value=\"Lindqvist\"");
        fields.push(("phone", "+1 555 0100"));
        let sent = ada.post(&send, &fields).await;
        let page = ada.follow(&sent).await;
        let one = path_in(&page, "/revoke").replace("/revoke", "");
        ada.get(&one).await.says(200, "<dt>Phone number</dt><dd>+1 555 0100</dd>");
    }

    async fn a_plan_that_is_not_enough_and_a_full_team_say_so(world: World) {
        let (_, team, _, mut ada) = signed_in(&world, "business").await;
        let (home, send) = (format!("/teams/{team}"), format!("/teams/{team}/invitations"));
        let page = ada.get(&home).await;
        page.says(200, "Upgrade to a Pro or Business plan to use team features");
        assert!(!page.body.contains("Send invitation"));
        ada.post(&send, &invite("bo@example.net", "member")).await.says(409, "Upgrade to a Pro or Business plan");
        world.set_plan(team, "pro").await;
        ada.get(&home).await.says(200, "1 of 5 seats taken");
        for n in 0..4 {
            world.seated(team, 10 + n, &format!("Person {n}"), "member").await;
        }
        let full = ada.post(&send, &invite("bo@example.net", "member")).await;
        full.says(409, "Maximum team size reached for current plan");
        full.says(409, "SEATS");
    }

    async fn an_invitation_is_sent_again_once_a_minute_and_revived_when_it_has_expired(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "project").await;
        world.invite(who, team, "bo@example.net", "member").await.unwrap();
        let home = format!("/teams/{team}");
        let page = ada.get(&home).await;
        assert!(!page.body.contains("/resend\""), "it rests");
        let resend = path_in(&page, "/revoke").replace("/revoke", "/resend");
        world.env.clock().advance(Duration::from_secs(18));
        ada.get(&home).await.says(200, "disabled>Resend in 42 s</button>");
        let early = ada.post(&resend, &[]).await;
        early.says(429, "This address was mailed a moment ago. You can resend in 42 seconds");
        early.says(429, "COOLDOWN");
        assert_eq!(early.headers["retry-after"], "43");
        world.env.clock().advance(Duration::from_secs(42));
        assert_eq!(path_in(&ada.get(&home).await, "/resend"), resend);
        let sent = ada.post(&resend, &[]).await;
        assert_eq!(sent.location(), format!("{home}?done=resent#invitations"));
        world.env.clock().advance(Duration::from_hours(24 * 7));
        let mut ada = browser_of(&site, "ada@example.org").await;
        ada.get(&home).await.says(200, "Expired");
        let revived = ada.post(&resend, &[]).await;
        assert_eq!(revived.location(), format!("{home}?done=revived#invitations"));
    }

    async fn revoking_asks_first_and_a_second_press_is_none(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "project").await;
        let invitation = world.invite(who, team, "bo@example.net", "member").await.unwrap();
        let offer = format!("/i/{}", world.mailed_token(&invitation));
        let revoke = path_in(&ada.get(&format!("/teams/{team}")).await, "/revoke");
        ada.get(&revoke).await.says(200, "Revoke the invitation of bo@example.net?");
        Browser::new(&site).get(&offer).await.says(200, "Join Aurora");
        for _ in 0..2 {
            assert_eq!(ada.post(&revoke, &[]).await.location(), format!("/teams/{team}?done=revoked#invitations"));
        }
        Browser::new(&site).get(&offer).await.says(410, "REVOKED");
        assert_eq!(world.log(team).await.iter().filter(|entry| entry.kind == Kind::InvitationRevoked).count(), 1);
        let accepted = world.invite(who, team, "cy@example.net", "member").await.unwrap();
        world.guest("cy@example.net").await;
        let revoke = format!("/teams/{team}/invitations/{}/revoke", accepted.id);
        world.env.clock().advance(Duration::from_hours(24 * 7));
        let mut ada = browser_of(&site, "ada@example.org").await;
        ada.get(&revoke).await.says(410, "This invitation has expired.");
        ada.post(&revoke, &[]).await.says(410, "EXPIRED");
    }

    async fn a_role_changes_at_once_and_can_be_taken_back(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let (bo, mut browser) = member(&world, &site, team, (2, "Bo"), "member").await;
        let (home, of_bo) = (format!("/teams/{team}"), path_of(&world, team, bo).await);
        let page = ada.get(&home).await;
        page.says(200, "Role of Bo</label>");
        assert!(!page.body.contains("Role of Ada</label>"), "not of oneself");
        let changed = ada.post(&format!("{of_bo}/role"), &[("role", "viewer")]).await;
        let page = ada.follow(&changed).await;
        page.says(200, "Bo is now Viewer");
        page.says(200, "Before: Member.");
        browser.get(&home).await.says(200, "You are <strong>Viewer</strong>");
        let entry = world.log(team).await[0].seq.to_string();
        page.says(200, &format!("name=\"entry\" value=\"{entry}\""));
        let undone = ada.post(&format!("{home}/undo"), &[("entry", &entry)]).await;
        ada.follow(&undone).await.says(200, "Bo is now Member");
        // The sentence is for whoever did it.
        let stolen = browser.get(changed.location()).await;
        assert!(!stolen.body.contains("Bo is now"), "{}", stolen.body);
        // Nothing chosen, nothing done; something that is no role, said.
        assert_eq!(ada.post(&format!("{of_bo}/role"), &[("role", "member")]).await.location(), format!("{home}#members"));
        ada.post(&format!("{of_bo}/role"), &[("role", "pirate")]).await.says(422, "This team has no role `pirate`.");
        ada.post(&format!("{home}/undo"), &[("entry", "x")]).await.says(404, "NOT-FOUND");
        ada.post(&format!("{home}/undo"), &[("entry", "1")]).await.says(409, "STALE");
    }

    async fn the_top_role_is_given_and_taken_after_a_question(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let (bo, mut browser) = member(&world, &site, team, (2, "Bo"), "member").await;
        let of_bo = path_of(&world, team, bo).await;
        let asked = ada.post(&format!("{of_bo}/role"), &[("role", "owner")]).await;
        assert_eq!(asked.location(), format!("{of_bo}/role?to=owner"));
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "member", "not yet");
        let question = ada.follow(&asked).await;
        question.says(200, "Make Bo Owner?");
        question.says(200, "Bo will be able to do everything you can");
        let done = ada.post(&format!("{of_bo}/role"), &[("role", "owner"), ("sure", "yes")]).await;
        let page = ada.follow(&done).await;
        page.says(200, "Bo is now Owner");
        assert!(!page.body.contains("Undo</button>"), "what was asked about is not undone by the way");
        // And it is Bo who can take it from Ada, but not from himself.
        let of_ada = path_of(&world, team, who).await;
        browser.get(&format!("{of_ada}/role?to=viewer")).await.says(200, "Ada will no longer be Owner.");
        browser.post(&format!("{of_bo}/role"), &[("role", "viewer"), ("sure", "yes")]).await.says(409, "You cannot change your own role.");
        browser.get(&format!("{of_ada}/role")).await.says(422, "ROLE-UNKNOWN");
    }

    async fn ending_a_membership_names_the_person_and_what_follows(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "business").await;
        let (bo, mut browser) = member(&world, &site, team, (2, "Bo"), "admin").await;
        world.set_plan(team, "pro").await;
        world.invite(bo, team, "cy@example.net", "member").await.unwrap();
        let (home, of_bo) = (format!("/teams/{team}"), path_of(&world, team, bo).await);
        let question = ada.get(&format!("{of_bo}/remove")).await;
        for text in ["Remove Bo?", "Bo, who is Admin, loses access at once.", "The open invitation that they sent stops working.",
            "This is permanent and cannot be undone.", "Deactivate instead", ">Remove Bo</button>"] {
            question.says(200, text);
        }
        assert_eq!(world.member(team, bo.account).await.status, Status::Active, "a question changes nothing");

        ada.get(&format!("{of_bo}/deactivate")).await.says(200, "Deactivate Bo?");
        let long = "x".repeat(201);
        let slip = ada.post(&format!("{of_bo}/deactivate"), &[("reason", &long)]).await;
        slip.says(422, "id=\"reason-error\">That reason can&#39;t be used: it has 201 characters, and 200 is the most.");
        slip.says(422, &format!("value=\"{long}\""));
        let done = ada.post(&format!("{of_bo}/deactivate"), &[("reason", "away until May")]).await;
        let page = ada.follow(&done).await;
        page.says(200, "Bo is deactivated");
        page.says(200, "/reactivate\"");
        browser.get(&home).await.says(403, "Your membership of Aurora is deactivated.");
        assert_eq!(world.log(team).await[0].detail("reason").as_deref(), Some("away until May"));
        ada.get(&format!("{of_bo}/deactivate")).await.says(409, "NOT-ACTIVE");
        ada.get(&format!("{of_bo}/reactivate")).await.says(200, "Bo has access again from their next click on, as Admin.");
        let back = ada.post(&format!("{of_bo}/reactivate"), &[]).await;
        ada.follow(&back).await.says(200, "Bo is active again");
        browser.get(&home).await.says(200, "You are <strong>Admin</strong>");

        let done = ada.post(&format!("{of_bo}/remove"), &[("reason", "")]).await;
        ada.follow(&done).await.says(200, "Bo is removed");
        browser.get(&home).await.says(404, "NOT-FOUND");
        let again = ada.post(&format!("{of_bo}/remove"), &[("reason", "")]).await;
        ada.follow(&again).await.says(200, "There was nothing left to do.");
        ada.get(&format!("{home}?state=removed")).await.says(200, "bo@example.org");
    }

    async fn nobody_ends_their_own_membership_or_the_only_owners(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "business").await;
        let (_, mut al) = member(&world, &site, team, (2, "Al"), "admin").await;
        let of_ada = path_of(&world, team, who).await;
        for (path, says) in [("remove", "The Owner cannot be removed or deactivated."), ("deactivate", "OWNER-FIXED")] {
            al.get(&format!("{of_ada}/{path}")).await.says(409, says);
            al.post(&format!("{of_ada}/{path}"), &[]).await.says(409, says);
        }
        ada.post(&format!("{of_ada}/remove"), &[]).await.says(409, "You cannot remove yourself.");
        ada.post(&format!("{of_ada}/deactivate"), &[]).await.says(409, "You cannot deactivate yourself.");
        let page = al.get(&format!("/teams/{team}")).await;
        assert!(!page.body.contains(&format!("{of_ada}/remove")), "what would be refused is not offered");
    }
}
