//! Memberships: suspended, ended, left, handed over, and begun again.

use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::invitation::accept::Accepter;
use muster_core::member::Status;
use muster_core::testing::End;

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

fn says<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.expect_err("it should be refused");
    format!("{}: {}", error.code(), crate::sentence(&error))
}

both_dbs! {
    async fn removing_ends_access_at_once_and_keeps_the_history(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        world.change_role(bo, team, ada.account, "member").await.unwrap();
        world.change_role(bo, team, ada.account, "owner").await.unwrap();
        let before = world.log(team).await.len();
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.status, Status::Removed);
        assert_eq!(code(world.change_role(bo, team, ada.account, "member").await), "NOT-FOUND");
        let log = world.log(team).await;
        assert_eq!(log.len(), before + 1, "one entry for one removal");
        assert_eq!((log[0].kind, log[0].subject.as_str()), (Kind::MemberRemoved, "Bo"));
        assert!(log.iter().any(|entry| entry.kind == Kind::RoleChanged && entry.actor_name == "Bo"));
        assert_eq!(code(world.end(ada, team, bo.account, End::Remove).await), "NOT-FOUND");
    }

    async fn nobody_removes_themselves(world: World) {
        for (preset, sentence) in [
            ("campaigns", "SELF-REMOVE: Cannot remove yourself. Transfer ownership first."),
            ("workspace", "SELF-REMOVE: You cannot remove yourself. Leave the team instead."),
            ("company", "SELF-REMOVE: You cannot remove yourself."),
            ("project", "SELF-REMOVE: You cannot remove yourself."),
            ("business", "SELF-REMOVE: You cannot remove yourself."),
        ] {
            let (ada, team) = world.founder(1, "Ada", preset, preset).await;
            assert_eq!(says(world.end(ada, team, ada.account, End::Remove).await), sentence, "{preset}");
            let refused = says(world.end(ada, team, ada.account, End::Deactivate).await);
            assert_eq!(refused, "SELF-DEACTIVATE: You cannot deactivate yourself.", "{preset}");
        }
    }

    async fn the_only_owner_is_fixed_where_there_is_exactly_one(world: World) {
        for (preset, manager) in [("workspace", "moderator"), ("business", "admin")] {
            let (ada, team) = world.founder(1, "Ada", preset, preset).await;
            let bo = world.seated(team, 2, "Bo", manager).await;
            for how in [End::Remove, End::Deactivate] {
                let refused = says(world.end(bo, team, ada.account, how).await);
                assert_eq!(refused, "OWNER-FIXED: The Owner cannot be removed or deactivated.", "{preset}");
            }
            let refused = says(world.change_role(bo, team, ada.account, "member").await);
            assert_eq!(refused, "OWNER-FIXED: Owner role cannot be changed or transferred.", "{preset}");
            let refused = says(world.change_role(ada, team, bo.account, "owner").await);
            assert_eq!(refused, "OWNER-FIXED: Owner role cannot be changed or transferred.", "{preset}");
        }
    }

    async fn a_role_reaches_only_whom_the_policy_lists(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "company").await;
        let bo = world.seated(team, 2, "Bo", "manager").await;
        let cy = world.seated(team, 3, "Cy", "user").await;
        let refused = says(world.end(bo, team, cy.account, End::Remove).await);
        assert_eq!(refused, "NEED-ROLE: Only Admins can remove members. You are Manager.");
        world.edit_policy(team, "\"members.invite\", \"invitations.manage\"]\n", "\"members.invite\", \"invitations.manage\", \"members.remove\"]\nremoves = [\"manager\"]\n").await;
        let refused = says(world.end(bo, team, cy.account, End::Remove).await);
        assert_eq!(refused, "NEED-ROLE: As Manager you can't remove somebody who is User.");
    }

    async fn a_suspended_member_has_no_access_until_they_are_back(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        let refused = says(world.change_role(bo, team, ada.account, "member").await);
        assert!(refused.contains("Your membership of Aurora is deactivated"), "{refused}");
        assert_eq!(code(world.end(ada, team, bo.account, End::Deactivate).await), "NOT-ACTIVE");
        world.end(ada, team, bo.account, End::Reactivate).await.unwrap();
        assert_eq!(code(world.end(ada, team, bo.account, End::Reactivate).await), "ALREADY-ACTIVE");
        world.change_role(bo, team, ada.account, "member").await.unwrap();
        let kinds: Vec<_> = world.log(team).await.iter().take(3).map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::RoleChanged, Kind::MemberReactivated, Kind::MemberDeactivated]);
        // A suspended member can be removed for good.
        world.end(bo, team, ada.account, End::Deactivate).await.unwrap();
        world.end(bo, team, ada.account, End::Remove).await.unwrap();
    }

    async fn a_suspended_owner_counts_as_none(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        world.appoint(&["root@example.org"]).await;
        let root = world.seated(team, 3, "Root", "viewer").await;
        let refused = says(world.end(root, team, ada.account, End::Remove).await);
        assert_eq!(refused, "LAST-OWNER: A team must have at least one Owner. Transfer ownership first.");
        world.end(ada, team, bo.account, End::Reactivate).await.unwrap();
        world.end(root, team, ada.account, End::Remove).await.unwrap();
    }

    async fn members_leave_where_the_policy_lets_them(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        assert_eq!(says(world.leave(ada, team).await), "NO-LEAVE: Only Moderators and Members can leave the team by themselves.");
        let before = world.log(team).await.len();
        world.leave(bo, team).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.status, Status::Left);
        let log = world.log(team).await;
        assert_eq!((log.len(), log[0].kind, log[0].actor_name.as_str()), (before + 1, Kind::MemberLeft, "Bo"));
        assert_eq!(code(world.leave(bo, team).await), "NOT-FOUND");
        let (eve, other) = world.founder(4, "Eve", "Other", "campaigns").await;
        let refused = says(world.leave(eve, other).await);
        assert_eq!(refused, "NO-LEAVE: Nobody leaves this team by themselves. Ask to be removed.");
    }

    async fn where_owners_may_leave_the_last_one_stays(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.edit_policy(team, "leave = []", "leave = [\"owner\"]").await;
        assert_eq!(code(world.leave(ada, team).await), "LAST-OWNER");
        world.seated(team, 2, "Bo", "owner").await;
        world.leave(ada, team).await.unwrap();
    }

    async fn ownership_is_handed_over_at_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "viewer").await;
        let before = world.log(team).await.len();
        world.end(ada, team, bo.account, End::Transfer).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "owner");
        assert_eq!(world.member(team, ada.account).await.role.as_str(), "member");
        let log = world.log(team).await;
        assert_eq!((log.len(), log[0].kind), (before + 1, Kind::OwnershipTransferred));
        let refused = says(world.end(ada, team, bo.account, End::Transfer).await);
        assert_eq!(refused, "NEED-ROLE: Only Owners can transfer ownership. You are Member.");
        // And then the new owner removes whoever handed over.
        world.end(bo, team, ada.account, End::Remove).await.unwrap();
        assert_eq!(code(world.end(bo, team, bo.account, End::Transfer).await), "SAME-ROLE");
    }

    async fn ownership_is_not_handed_over_where_the_policy_has_no_such_act(world: World) {
        for preset in ["workspace", "company", "project", "business"] {
            let (ada, team) = world.founder(1, "Ada", preset, preset).await;
            let refused = code(world.end(ada, team, ada.account, End::Transfer).await);
            assert_eq!(refused, "NEED-ROLE", "{preset}");
        }
    }

    async fn even_one_owner_at_a_time_can_be_handed_over(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let exactly_one = muster_core::policy::Presets::shipped().get("campaigns").unwrap().policy.to_toml()
            .replace("at_least_one", "exactly_one")
            .replace("[\"owner\", \"member\", \"viewer\"]", "[\"member\", \"viewer\"]");
        world.put_policy(team, &exactly_one).await;
        world.end(ada, team, bo.account, End::Transfer).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "owner");
        world.end(bo, team, ada.account, End::Transfer).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "member");
    }

    async fn whoever_was_removed_or_left_can_be_invited_again(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "moderator").await;
        let id = world.member(team, bo.account).await.id;
        for how in ["removed", "left"] {
            match how {
                "removed" => world.end(ada, team, bo.account, End::Remove).await.unwrap(),
                _ => world.leave(bo, team).await.unwrap(),
            }
            world.env.clock().advance(std::time::Duration::from_mins(1));
            let invitation = world.invite(ada, team, "bo@example.org", "member").await.unwrap();
            world.accept(&world.mailed_token(&invitation), Accepter::SignedIn(bo.account)).await.unwrap();
            let back = world.member(team, bo.account).await;
            assert_eq!((back.id, back.status, back.role.as_str()), (id, Status::Active, "member"), "the same row, {how}");
        }
    }

    async fn an_offer_falls_with_whoever_made_it(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let mut offers = Vec::new();
        for (n, fate) in ["demoted", "deactivated", "removed", "left"].into_iter().enumerate() {
            let mo = world.seated(team, 10 + i64::try_from(n).unwrap(), &format!("Mo {fate}"), "moderator").await;
            let address = format!("{fate}@example.net");
            let invitation = world.invite(mo, team, &address, "member").await.unwrap();
            match fate {
                "demoted" => drop(world.change_role(ada, team, mo.account, "member").await.unwrap()),
                "deactivated" => world.end(ada, team, mo.account, End::Deactivate).await.unwrap(),
                "removed" => world.end(ada, team, mo.account, End::Remove).await.unwrap(),
                _ => world.leave(mo, team).await.unwrap(),
            }
            offers.push((fate, mo, invitation, world.guest(&address).await));
        }
        for (fate, _, invitation, guest) in &offers {
            let refused = world.accept(&world.mailed_token(invitation), Accepter::SignedIn(*guest)).await;
            assert_eq!(code(refused), "OFFER-LAPSED", "{fate}");
        }
        // Who comes back stands by the offer again, and whoever else mails it takes it over.
        let (_, back, invitation, guest) = &offers[1];
        world.end(ada, team, back.account, End::Reactivate).await.unwrap();
        world.accept(&world.mailed_token(invitation), Accepter::SignedIn(*guest)).await.unwrap();
        world.env.clock().advance(std::time::Duration::from_mins(1));
        let again = world.resend(ada, team, offers[2].2.id).await.unwrap();
        world.accept(&world.mailed_token(&again), Accepter::SignedIn(offers[2].3)).await.unwrap();
    }

    async fn permission_for_one_thing_is_none_for_another(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let id = world.member(team, bo.account).await.id;
        let mut tx = world.db.write().await.unwrap();
        let grant = ada.may(&mut tx, team, muster_core::policy::Permission::MembersDeactivate).await.unwrap();
        let misused = muster_core::member::remove(&mut tx, &world.env, &grant, id, None).await;
        assert_eq!(code(misused), "INTERNAL");
    }
}
