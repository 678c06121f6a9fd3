//! The page of an invite link: signed in, signed out, somebody new, and the ends of the link.

use std::time::Duration;

use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::invite_link::{InviteLink, Lifetime, NewLink};
use muster_core::page::Slice;
use muster_core::testing::{End, World};
use muster_core::text::Domain;
use muster_core::{activity, session};

use super::support::{Browser, HERE, PASSWORD, site};

/// A team with a link, and the link's path.
async fn linked(world: &World, new: NewLink) -> (Actor, TeamId, InviteLink, String) {
    let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
    let link = world.link(ada, team, new).await.unwrap();
    let path = format!("/join/{}", world.link_token(&link));
    (ada, team, link, path)
}

async fn entries(world: &World, team: TeamId) -> u64 {
    let mut tx = world.db.read().await.unwrap();
    activity::list(&mut tx, team, None, Slice::page(0, 200))
        .await
        .unwrap()
        .total
}

both_dbs! {
    async fn somebody_signed_in_joins_with_one_button(world: World) {
        let (_, team, link, path) = linked(&world, NewLink { max_uses: Some(3), ..NewLink::default() }).await;
        let bo = world.guest("bo@example.org").await;
        world.set_password(bo, PASSWORD).await;
        let mut browser = Browser::new(&site(&world));
        let page = browser.get(&path).await;
        page.says(200, "<strong>Ada</strong> made a link with which you can join <strong>Aurora</strong> as <strong>Member</strong>");
        page.says(200, "29 November 2026, 09:00 UTC");
        page.says(200, "3 left");
        let login = format!("/login?next={}", path.replace('/', "%2F"));
        page.says(200, &format!("href=\"{login}\""));
        browser.get(&login).await;
        let back = browser.post("/login", &[("email", "bo@example.org"), ("password", PASSWORD), ("next", &path)]).await;
        assert_eq!(back.location(), path);
        browser.follow(&back).await.says(200, "You are signed in as <strong>bo</strong>");
        let before = browser.cookies["muster"].clone();
        let joined = browser.post(&path, &[]).await;
        assert_eq!(joined.location(), format!("/teams/{team}?welcome=1"));
        assert_ne!(browser.cookies["muster"], before, "joining changes the session");
        let mut tx = world.db.read().await.unwrap();
        assert!(session::find(&mut tx, &world.env, &before).await.unwrap().is_none());
        drop(tx);
        browser.follow(&joined).await.says(200, "Welcome to <strong>Aurora</strong>");
        // Who is in is told so, whatever becomes of the link.
        browser.post(&path, &[]).await.says(200, "You are a member of <strong>Aurora</strong> already");
        assert_eq!(world.uses_of(&link).await, (1, 1));
        let page = browser.get(&path).await;
        page.says(200, &format!("href=\"/teams/{team}\""));
    }

    async fn somebody_new_types_an_address_and_the_mailed_link_brings_them_in(world: World) {
        let (_, team, link, path) = linked(&world, NewLink::default()).await;
        let mut browser = Browser::new(&site(&world));
        browser.get(&path).await.says(200, "New here?");
        let sent = browser.post(&format!("{path}/sign-up"), &[("email", "bo@example.org")]).await;
        sent.says(200, "A mail is on its way to <strong>bo@example.org</strong>");
        let new = format!("/join/new/{}", world.sign_up_token("bo@example.org").await);
        // A mail scanner opens it first.
        for _ in 0..3 {
            Browser::new(&site(&world)).get(&new).await.says(200, "Create account &amp; join");
        }
        let mut bo = Browser::new(&site(&world));
        bo.get(&new).await.says(200, "value=\"bo@example.org\" readonly");
        let weak = bo.post(&new, &[("name", "Bo <b>"), ("password", "hunter2hunter2")]).await;
        weak.says(422, "value=\"Bo &#60;b&#62;\"");
        weak.says(422, "id=\"password-error\">That password is not strong enough.");
        bo.post(&new, &[("name", " "), ("password", PASSWORD)]).await.says(422, "id=\"name-error\"");
        let smuggled = [("name", "Bo"), ("password", PASSWORD), ("role", "owner")];
        bo.post(&new, &smuggled).await.says(422, "FORM-BAD");
        let joined = bo.post(&new, &[("name", "Bo Lind"), ("password", PASSWORD)]).await;
        assert_eq!(joined.location(), format!("/teams/{team}?welcome=1"));
        bo.follow(&joined).await.says(200, "Bo Lind</a> <span class=\"badge\">You</span>");
        assert_eq!(world.uses_of(&link).await, (1, 1));
        let mut late = Browser::new(&site(&world));
        late.get(&new).await.says(410, "SIGN-UP-OVER");
        // Signed in, it is for nobody here; and the account is a real one.
        Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
    }

    async fn nothing_tells_a_known_address_from_an_unknown_one(world: World) {
        let (_, _, _, path) = linked(&world, NewLink::default()).await;
        world.guest("known@example.org").await;
        let site = site(&world);
        let sign_up = format!("{path}/sign-up");
        let mut answers = Vec::new();
        let mut browser = Browser::new(&site);
        browser.get(&path).await;
        for address in ["known@example.org", "other@example.org"] {
            let mut seen = Vec::new();
            for _ in 0..2 {
                let answer = browser.post(&sign_up, &[("email", address)]).await;
                let mut headers: Vec<_> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
                headers.sort();
                seen.push((answer.status.as_u16(), headers, answer.body.replace(address, "ADDRESS")));
            }
            answers.push(seen);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!((answers[0][0].0, answers[0][1].0), (200, 429));
        assert!(answers[0][1].2.contains("This address was mailed a moment ago."), "{}", answers[0][1].2);
    }

    async fn what_is_wrong_with_an_address_is_said_at_its_field(world: World) {
        let new = NewLink { domains: vec![Domain::parse("example.org").unwrap()], ..NewLink::default() };
        let (_, team, _, path) = linked(&world, new).await;
        let mut browser = Browser::new(&site(&world));
        browser.get(&path).await.says(200, "Addresses at example.org");
        let before = entries(&world, team).await;
        let sign_up = format!("{path}/sign-up");
        for (address, says) in [
            ("bo", "id=\"email-error\">That is not an email address we can use"),
            ("bo@mail.example.org", "id=\"email-error\">This link is for people with a verified address at example.org."),
            ("bo@example.net", "id=\"email-error\">This link is for people with a verified address at example.org."),
        ] {
            let page = browser.post(&sign_up, &[("email", address)]).await;
            page.says(422, says);
            page.says(422, &format!("value=\"{address}\""));
        }
        browser.post(&sign_up, &[("email", "bo@example.org"), ("role", "owner")]).await.says(422, "FORM-BAD");
        browser.post(&sign_up, &[]).await.says(422, "FORM-BAD");
        // Somebody signed in with another address is told, and can sign out.
        let eve = world.guest("eve@example.net").await;
        world.set_password(eve, PASSWORD).await;
        let mut signed_in = Browser::signed_in(&site(&world), "eve@example.net", PASSWORD).await;
        signed_in.get(&path).await.says(403, "verified address at example.org");
        signed_in.post(&path, &[]).await.says(403, "Sign out and continue");
        assert_eq!(entries(&world, team).await, before);
        let out = signed_in.post("/logout", &[("next", &path)]).await;
        signed_in.follow(&out).await.says(200, "New here?");
    }

    async fn links_that_ended_say_how(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let site = site(&world);
        let mo = world.seated(team, 2, "Mo", "moderator").await;
        let make = async |who, lifetime, max_uses| {
            let new = NewLink { lifetime, max_uses, ..NewLink::default() };
            let link = world.link(who, team, new).await.unwrap();
            let path = format!("/join/{}", world.link_token(&link));
            (link, path)
        };
        let (off, off_path) = make(ada, Lifetime::Never, None).await;
        let (_, full_path) = make(ada, Lifetime::Never, Some(1)).await;
        let (_, short_path) = make(ada, Lifetime::Hour, None).await;
        let (_, lapsed_path) = make(mo, Lifetime::Never, None).await;
        let mut anybody = Browser::new(&site);
        anybody.get(&full_path).await.says(200, "1 left");
        world.join(full_path.trim_start_matches("/join/"), world.guest("bo@example.org").await).await.unwrap();
        world.disable_link(ada, team, off.id).await.unwrap();
        world.end(ada, team, mo.account, End::Remove).await.unwrap();
        world.env.clock().advance(Duration::from_hours(1));
        for (path, title, code) in [
            (&off_path, "<h1>Disabled</h1>", "LINK-DISABLED"),
            (&full_path, "<h1>Used up</h1>", "LINK-FULL"),
            (&short_path, "<h1>Expired</h1>", "LINK-EXPIRED"),
            (&lapsed_path, "<h1>No longer offered</h1>", "OFFER-LAPSED"),
        ] {
            let page = anybody.get(path).await;
            page.says(410, title);
            page.says(410, code);
            assert!(!page.body.contains("<input"), "nothing is asked for");
            let asked = anybody.post(&format!("{path}/sign-up"), &[("email", "cy@example.org")]).await;
            asked.says(410, code);
        }
        world.edit_policy(team, "[link]\nenabled = true", "[link]\nenabled = false").await;
        let (_, path) = {
            world.edit_policy(team, "[link]\nenabled = false", "[link]\nenabled = true").await;
            let made = make(ada, Lifetime::Never, None).await;
            world.edit_policy(team, "[link]\nenabled = true", "[link]\nenabled = false").await;
            made
        };
        anybody.get(&path).await.says(410, "Invite links are turned off for this team.");
    }

    async fn unknown_tokens_all_look_the_same_and_nothing_leaks(world: World) {
        let (_, team, _, path) = linked(&world, NewLink::default()).await;
        let token = path.trim_start_matches("/join/");
        let mut flipped = token.to_owned().into_bytes();
        flipped[3] = if flipped[3] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        let mut anybody = Browser::new(&site(&world));
        let wanted = anybody.get("/join/x").await;
        wanted.says(404, "NOT-FOUND");
        for bad in ["%00", "%ff", &token[1..], &format!("{token}A"), &flipped, &"a".repeat(8_000)] {
            for path in [format!("/join/{bad}"), format!("/join/new/{bad}")] {
                assert_eq!(anybody.get(&path).await.status, 404, "{path}");
            }
        }
        assert_eq!(anybody.get(&format!("/join/{flipped}")).await.body, wanted.body);
        assert_eq!(anybody.get(&format!("/join/new/{token}")).await.status, 404, "of the other kind");
        let before = entries(&world, team).await;
        for _ in 0..20 {
            let page = Browser::new(&site(&world)).get(&path).await;
            page.says(200, "New here?");
            assert_eq!(page.headers["referrer-policy"], "same-origin");
            assert_eq!(page.headers["cache-control"], "no-store");
            assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
            for foreign in ["<script", "style=", "src=\"http", "href=\"http"] {
                assert!(!page.body.contains(foreign), "{foreign}");
            }
        }
        assert_eq!(entries(&world, team).await, before);
        // Without the form's token nothing is done.
        let mut foreign = Browser::new(&site(&world));
        foreign.get(&path).await;
        foreign.form_token = "x".to_owned();
        foreign.post(&format!("{path}/sign-up"), &[("email", "bo@example.org")]).await.says(403, "OLD-FORM");
    }

    async fn a_suspended_member_is_told_so(world: World) {
        let (ada, team, _, path) = linked(&world, NewLink::default()).await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        world.set_password(bo.account, PASSWORD).await;
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        let mut browser = Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
        browser.get(&path).await.says(403, "Your membership of Aurora is deactivated.");
        browser.post(&path, &[]).await.says(403, "is deactivated");
    }

    async fn who_is_signed_in_makes_no_second_account_by_mistake(world: World) {
        let (_, _, _, path) = linked(&world, NewLink::default()).await;
        world.ask_to_sign_up(path.trim_start_matches("/join/"), "new@example.org").await.unwrap();
        let new = format!("/join/new/{}", world.sign_up_token("new@example.org").await);
        let bo = world.guest("bo@example.org").await;
        world.set_password(bo, PASSWORD).await;
        let mut browser = Browser::signed_in(&site(&world), "bo@example.org", PASSWORD).await;
        browser.get(&new).await.says(200, "You are signed in as <strong>bo</strong>, but this link makes a new account");
        browser.post(&new, &[("name", "Bo"), ("password", PASSWORD)]).await.says(200, "Sign out and continue");
        let out = browser.post("/logout", &[("next", &new)]).await;
        browser.follow(&out).await.says(200, "Create account &amp; join");
        // The address gets an account by another way.
        world.guest("new@example.org").await;
        browser.get(&new).await.says(200, "has an account by now");
        let answer = browser.post(&new, &[("name", "Bo"), ("password", PASSWORD)]).await;
        answer.says(200, &format!("/login?next={}", path.replace('/', "%2F")));
    }

    async fn the_team_page_makes_and_disables_links_for_those_who_may(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let site = site(&world);
        for (n, role) in [(2, "moderator"), (3, "member")] {
            let who = world.seated(team, n, role, role).await;
            world.set_password(who.account, PASSWORD).await;
        }
        let mut mo = Browser::signed_in(&site, "moderator@example.org", PASSWORD).await;
        let create = format!("/teams/{team}/links");
        mo.get(&create).await.says(200, "It lets in whoever has it");
        let fields = |role, max_uses, domains| [("role", role), ("expires", "1d"), ("max_uses", max_uses), ("domains", domains)];
        for (role, max_uses, domains, says) in [
            ("moderator", "", "", "id=\"link-role-error\">As Moderator you can&#39;t offer the role Moderator."),
            ("pirate", "", "", "id=\"link-role-error\">This team has no role"),
            ("Not a key", "", "", "id=\"link-role-error\">"),
            ("member", "many", "", "id=\"link-uses-error\">That number of uses can&#39;t be used: it is not a number."),
            ("member", "0", "", "it has to be from 1 to 10000"),
            ("member", "7", "example", "id=\"link-domains-error\">"),
        ] {
            let answer = mo.post(&create, &fields(role, max_uses, domains)).await;
            assert!(answer.status.is_client_error() && answer.body.contains(says), "{says} is not in {}", answer.body);
            // What was typed is still there.
            answer.says(answer.status.as_u16(), "<option value=\"1d\" selected>");
            answer.says(answer.status.as_u16(), &format!("name=\"domains\" maxlength=\"500\" autocomplete=\"off\" placeholder=\"example.org\" value=\"{domains}\""));
        }
        let made = mo.post(&create, &fields("member", "3", "example.org, example.net")).await;
        assert_eq!(made.location(), format!("{create}?done=link-made"));
        let page = mo.follow(&made).await;
        page.says(200, "The link is ready.");
        page.says(200, "0 of 3");
        page.says(200, "for addresses at example.org, example.net");
        let url = page.body.split("<code class=\"block\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        let join = url.strip_prefix(HERE).unwrap();
        Browser::new(&site).get(join).await.says(200, "3 left");
        let action = page.body.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/disable"))).unwrap().to_owned();

        // A member sees nothing of it and can do nothing.
        let mut bo = Browser::signed_in(&site, "member@example.org", PASSWORD).await;
        let page = bo.get(&format!("/teams/{team}")).await;
        assert!(!page.body.contains("Invite links") && !page.body.contains(&url));
        bo.get(&create).await.says(403, "NEED-ROLE");
        bo.post(&create, &fields("member", "", "")).await.says(403, "NEED-ROLE");
        bo.post(&action, &[]).await.says(403, "NEED-ROLE");
        let (_, other) = world.founder(9, "Eve", "Borealis", "workspace").await;
        let elsewhere = action.replace(&team.to_string(), &other.to_string());
        mo.post(&elsewhere, &[]).await.says(404, "NOT-FOUND");

        for _ in 0..2 {
            let done = mo.post(&action, &[]).await;
            assert_eq!(done.location(), format!("{create}?done=link-disabled"), "disabling twice is disabling once");
        }
        mo.get(&create).await.says(200, "Disabled");
        Browser::new(&site).get(join).await.says(410, "LINK-DISABLED");
        assert_eq!(world.log(team).await[0].actor_name, "moderator");
        // Where links are off, the page says so and has no form.
        let (_, off) = world.founder(4, "Dee", "Corona", "campaigns").await;
        let olga = world.seated(off, 5, "Olga", "owner").await;
        world.set_password(olga.account, PASSWORD).await;
        let page = Browser::signed_in(&site, "olga@example.org", PASSWORD).await.get(&format!("/teams/{off}/links")).await;
        page.says(200, "Invite links are turned off for this team.");
        assert!(!page.body.contains("Create a link"));
    }
}
