//! What the pages of a team show, to whom, and that looking changes nothing.

use std::time::Duration;

use muster_core::both_dbs;

use super::super::support::{Browser, PASSWORD};
use super::{member, path_of, signed_in};

both_dbs! {
    async fn members_are_listed_with_all_that_may_be_known_of_them(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "campaigns").await;
        world.joined(who, team, "cy@example.net", "Cy", "member").await;
        let (_, mut vera) = member(&world, &site, team, (2, "Vera"), "viewer").await;
        let home = format!("/teams/{team}");
        let page = ada.get(&home).await;
        for text in ["Members <span class=\"count\">3</span>", "cy@example.net", "invited by Ada", "founder", "22 November 2026",
            ">now</time>", "Discord linked", "Not linked", "class=\"badge good\">Active"] {
            page.says(200, text);
        }
        // Who may not invite sees first letters of addresses, as in Discord.
        let page = vera.get(&home).await;
        page.says(200, "c…@e….net");
        page.says(200, "vera@example.org");
        assert!(!page.body.contains("cy@example.net") && !page.body.contains("/remove\"") && !page.body.contains("Send invitation"));
        world.env.clock().advance(Duration::from_hours(24 * 31));
        let mut ada = Browser::signed_in(&site, "ada@example.org", PASSWORD).await;
        ada.get(&home).await.says(200, "class=\"badge idle\">Inactive");
        let page = ada.get(&format!("{home}?role=viewer")).await;
        page.says(200, "Members <span class=\"count\">1</span>");
        page.says(200, "vera@example.org");
        ada.get(&format!("{home}?state=left")).await.says(200, "Nobody is listed here.");
        ada.get(&format!("{home}?state=asleep")).await.says(422, "That status can&#39;t be used: choose one of those that are offered.");
        ada.get(&format!("{home}?role=pirate")).await.says(422, "This team has no role `pirate`.");
    }

    async fn one_member_is_shown_with_their_history(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let cy = world.joined(who, team, "cy@example.net", "Cy", "member").await;
        let (_, mut vera) = member(&world, &site, team, (2, "Vera"), "viewer").await;
        world.change_role(who, team, cy.account, "viewer").await.unwrap();
        let of_cy = path_of(&world, team, cy).await;
        let page = ada.get(&of_cy).await;
        for text in ["<dt>Invited</dt>", "Ada changed Cy from Member to Viewer", "Cy joined as Member", "entry "] {
            page.says(200, text);
        }
        let page = vera.get(&of_cy).await;
        page.says(200, "c…@e….net");
        assert!(!page.body.contains("History"), "the log is not hers to read");
    }

    async fn the_log_is_read_by_kind_member_and_time(world: World) {
        let (who, team, _, mut ada) = signed_in(&world, "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        world.change_role(who, team, bo.account, "viewer").await.unwrap();
        world.invite(who, team, "cy@example.net", "member").await.unwrap();
        world.env.clock().advance(Duration::from_hours(12));
        let log = format!("/teams/{team}/activity");
        let page = ada.get(&log).await;
        for text in ["Ada created the team Aurora", "Ada invited c…@e….net as Member", "Ada changed Bo from Member to Viewer", "Discord"] {
            page.says(200, text);
        }
        let page = ada.get(&format!("{log}?type=invitation.sent&member=&since=")).await;
        page.says(200, "Activity <span class=\"count\">1</span>");
        page.says(200, "<option value=\"invitation.sent\" selected>");
        let page = ada.get(&format!("{log}?member=Bo")).await;
        page.says(200, "Activity <span class=\"count\">1</span>");
        page.says(200, "Ada changed Bo");
        let id = world.member(team, bo.account).await.id;
        ada.get(&format!("{log}?member={id}")).await.says(200, "value=\"Bo\"");
        ada.get(&format!("{log}?since=2026-11-23")).await.says(200, "Nothing of this kind has happened yet.");
        ada.get(&format!("{log}?since=2026-11-22")).await.says(200, "Activity <span class=\"count\">4</span>");
        for (query, says) in [
            ("type=party", "id=\"type-error\">That kind of entry can&#39;t be used"),
            ("member=Nobody", "id=\"member-error\">There is no such member"),
            ("since=yesterday", "id=\"since-error\">That time can&#39;t be used"),
        ] {
            ada.get(&format!("{log}?{query}")).await.says(422, says);
        }
    }

    async fn a_long_log_keeps_its_filter_from_page_to_page(world: World) {
        let (who, team, _, mut ada) = signed_in(&world, "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        for n in 0..51 {
            world.change_role(who, team, bo.account, if n % 2 == 0 { "viewer" } else { "member" }).await.unwrap();
        }
        let log = format!("/teams/{team}/activity");
        let page = ada.get(&format!("{log}?type=member.role_changed")).await;
        page.says(200, "Page 1 of 2");
        page.says(200, &format!("href=\"{log}?type=member.role_changed&#38;page=2\""));
        let page = ada.get(&format!("{log}?type=member.role_changed&page=2")).await;
        page.says(200, "Page 2 of 2");
        assert_eq!(page.body.matches("<li>").count() - page.body.matches("<li><a").count(), 1);
    }

    async fn the_rules_are_told_as_tables_and_as_a_file(world: World) {
        let (_, team, site, mut ada) = signed_in(&world, "company").await;
        let (_, mut bo) = member(&world, &site, team, (2, "Bo"), "manager").await;
        let rules = format!("/teams/{team}/policy");
        let page = ada.get(&rules).await;
        for text in ["Who does what to whom", "data-label=\"Invites\">everybody", "data-label=\"Invites\">User", "See the members",
            "appointment types", "ask for first name, last name and phone number", "Managers may invite managers: off"] {
            page.says(200, text);
        }
        let file = ada.get(&format!("{rules}.toml")).await;
        file.says(200, "[[role]]");
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"rules-of-aurora.toml\"");
        muster_core::policy::Policy::from_toml(&file.body).expect("the file can be handed back");
        for path in [rules.clone(), format!("{rules}.toml")] {
            bo.get(&path).await.says(403, "NEED-ROLE");
        }
        let page = bo.get(&format!("/teams/{team}")).await;
        assert!(!page.body.contains("/policy\""), "what is not open is not in the navigation");
    }

    async fn what_is_of_another_team_is_not_there_on_any_path(world: World) {
        let (who, team, _, mut ada) = signed_in(&world, "workspace").await;
        let (eve, other) = world.founder(9, "Eve", "Borealis", "workspace").await;
        let bo = world.seated(other, 3, "Bo", "member").await;
        let member = world.member(other, bo.account).await.id;
        let invitation = world.invite(eve, other, "cy@example.net", "member").await.unwrap().id;
        let mine = world.member(team, who.account).await.id;
        ada.get("/account").await;
        let name = [("name", "Borealis")];
        let invited = [("email", "dee@example.net"), ("role", "member")];
        // Under their team's id, and under one's own with their ids.
        for (team, member) in [(other, member), (team, member), (other, mine)] {
            for path in ["", "/role?to=moderator", "/remove", "/deactivate", "/reactivate"] {
                ada.get(&format!("/teams/{team}/members/{member}{path}")).await.says(404, "NOT-FOUND");
            }
            ada.post(&format!("/teams/{team}/members/{member}/role"), &[("role", "moderator")]).await.says(404, "NOT-FOUND");
            for path in ["/remove", "/deactivate", "/reactivate"] {
                let answer = ada.post(&format!("/teams/{team}/members/{member}{path}"), &[]).await;
                let gone = answer.status == 303 && answer.location().ends_with("done=gone");
                assert!(gone || answer.status == 404, "{path}: {}", answer.status);
            }
        }
        for team in [team, other] {
            let one = format!("/teams/{team}/invitations/{invitation}");
            for path in [one.clone(), format!("{one}/revoke")] {
                ada.get(&path).await.says(404, "NOT-FOUND");
            }
            for path in [format!("{one}/resend"), format!("{one}/revoke")] {
                ada.post(&path, &[]).await.says(404, "NOT-FOUND");
            }
        }
        for path in ["", "/links", "/activity", "/policy", "/policy.toml", "/leave", "/delete", "/deleted"] {
            ada.get(&format!("/teams/{other}{path}")).await.says(404, "NOT-FOUND");
        }
        ada.post(&format!("/teams/{other}/invitations"), &invited).await.says(404, "NOT-FOUND");
        for (path, fields) in [("/delete", &name[..]), ("/leave", &[]), ("/restore", &[]), ("/undo", &[("entry", "1")])] {
            ada.post(&format!("/teams/{other}{path}"), fields).await.says(404, "NOT-FOUND");
        }
        assert_eq!(world.log(other).await.len(), 2, "nothing has happened there");
        assert_eq!(world.log(team).await.len(), 2, "nor here, but that somebody signed in");
    }

    async fn looking_changes_nothing(world: World) {
        let (who, team, site, mut ada) = signed_in(&world, "campaigns").await;
        let (bo, _) = member(&world, &site, team, (2, "Bo"), "member").await;
        let invitation = world.invite(who, team, "cy@example.net", "member").await.unwrap().id;
        let of_bo = path_of(&world, team, bo).await;
        let before = (world.log(team).await.len(), format!("{:?}", world.member(team, bo.account).await));
        let mut paths: Vec<String> = ["", "/links", "/activity", "/policy", "/policy.toml", "/delete"].map(|path| format!("/teams/{team}{path}")).into();
        paths.extend(["", "/role?to=owner", "/remove", "/deactivate", "/transfer"].map(|path| format!("{of_bo}{path}")));
        paths.extend(["", "/revoke"].map(|path| format!("/teams/{team}/invitations/{invitation}{path}")));
        for path in &paths {
            assert_eq!(ada.get(path).await.status, 200, "{path}");
        }
        let after = (world.log(team).await.len(), format!("{:?}", world.member(team, bo.account).await));
        assert_eq!(before, after);
        // Signed out, each leads to signing in and back.
        let mut nobody = Browser::new(&site);
        for path in paths {
            let answer = nobody.get(&path).await;
            assert!(answer.location().starts_with("/login?next=%2Fteams%2F"), "{path}");
        }
    }
}
