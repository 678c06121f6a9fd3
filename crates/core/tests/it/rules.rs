//! A team's rules in its own hands: what they may become, and that nobody is left with a role that they do not know.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::Kind;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::error::Error;
use muster_core::ids::TeamId;
use muster_core::invitation::accept::Accepter;
use muster_core::locale::Locale;
use muster_core::policy::{Permission, Policy, Presets, RoleKey};
use muster_core::team;
use muster_core::testing::{End, World};

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it should be refused").code()
}

fn says<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.expect_err("it should be refused");
    format!("{}: {}", error.code(), crate::sentence(&error))
}

/// The rules of a team, with texts replaced that have to be there.
async fn edited(world: &World, team: TeamId, edits: &[(&str, &str)]) -> Policy {
    let mut text = world.policy(team).await.to_toml();
    for (old, new) in edits {
        assert!(text.contains(old), "`{old}` is not in\n{text}");
        text = text.replace(old, new);
    }
    Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

async fn change(world: &World, actor: Actor, team: TeamId, new: Policy) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    let mut grant = actor.may(&mut tx, team, Permission::TeamSettings).await?;
    team::change_policy(&mut tx, &world.env, &mut grant, None, new).await?;
    tx.commit().await
}

async fn edit(world: &World, actor: Actor, team: TeamId, edits: &[(&str, &str)]) -> Result<(), Error> {
    let new = edited(world, team, edits).await;
    change(world, actor, team, new).await
}

async fn turn(world: &World, actor: Actor, team: TeamId, setting: &str, on: bool) -> Result<(), Error> {
    let mut tx = world.db.write().await?;
    let mut grant = actor.may(&mut tx, team, Permission::TeamSettings).await?;
    team::turn(&mut tx, &world.env, &mut grant, setting, on).await?;
    tx.commit().await
}

const NO_VIEWERS: &[(&str, &str)] = &[
    (
        "\n[[role]]\nkey = \"viewer\"\nname = \"Viewer\"",
        "\n[[role]]\nkey = \"guest\"\nname = \"Guest\"",
    ),
    ("\"viewer\"", "\"guest\""),
];

both_dbs! {
    async fn other_rules_count_at_once_and_are_one_entry(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        assert_eq!(code(world.invite(bo, team, "cy@example.org", "viewer").await), "NEED-ROLE");
        let before = world.log(team).await.len();
        let text = "key = \"member\"\nname = \"Member\"\nplural = \"Members\"\ndescription = ";
        let policy = edited(&world, team, &[]).await.to_toml();
        let (head, member) = policy.split_once(text).expect("a member");
        let member = member.replacen("permissions = [", "invites = [\"viewer\"]\npermissions = [\"members.invite\", ", 1);
        change(&world, ada, team, Policy::from_toml(&format!("{head}{text}{member}")).unwrap()).await.unwrap();
        world.invite(bo, team, "cy@example.org", "viewer").await.unwrap();
        let log = world.log(team).await;
        assert_eq!((log.len(), log[1].kind), (before + 2, Kind::PolicyChanged));
        assert_eq!(log[1].detail("changed").as_deref(), Some("role.member.invites: + viewer; role.member.permissions: + members.invite"));
        assert!(!log[1].by_super_admin());
        // The same once more changes nothing, and says so.
        assert_eq!(code(edit(&world, ada, team, &[]).await), "UNCHANGED");
        assert_eq!(world.log(team).await.len(), before + 2);
    }

    async fn only_those_with_the_permission_change_rules(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let (eve, _) = world.founder(3, "Eve", "Other", "campaigns").await;
        let longer = &[("lifetime_days = 7", "lifetime_days = 9")];
        assert_eq!(says(edit(&world, bo, team, longer).await), "NEED-ROLE: Only Owners can change the team's settings. You are Member.");
        assert_eq!(code(edit(&world, eve, team, longer).await), "NOT-FOUND");
        let mut tx = world.db.write().await.unwrap();
        let mut grant = ada.may(&mut tx, team, Permission::TeamDelete).await.unwrap();
        let new = Presets::shipped().get("project").unwrap().policy.clone();
        assert_eq!(code(team::change_policy(&mut tx, &world.env, &mut grant, None, new).await), "INTERNAL");
    }

    async fn a_role_that_somebody_has_cannot_disappear(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let vi = world.seated(team, 2, "Vi", "viewer").await;
        let cy = world.invite(ada, team, "cy@example.org", "viewer").await.unwrap();
        let before = (world.policy(team).await, world.log(team).await.len());
        let refused = says(edit(&world, ada, team, NO_VIEWERS).await);
        assert!(refused.starts_with("ROLE-IN-USE: The role Viewer can't go while somebody has it: one member, one open invitation, 0 invite links."), "{refused}");
        world.end(ada, team, vi.account, End::Deactivate).await.unwrap();
        assert!(says(edit(&world, ada, team, NO_VIEWERS).await).contains("one member, one open invitation"), "suspended ones count");
        world.end(ada, team, vi.account, End::Remove).await.unwrap();
        assert!(says(edit(&world, ada, team, NO_VIEWERS).await).contains("0 members, one open invitation"));
        assert_eq!(world.policy(team).await, before.0);
        // An invitation that has expired holds nothing, swept or not, and cannot be revived to a role that is gone.
        world.env.clock().advance(Duration::from_hours(7 * 24));
        edit(&world, ada, team, NO_VIEWERS).await.unwrap();
        assert!(world.resend(ada, team, cy.id).await.is_err());
        assert_eq!(code(world.invite(ada, team, "cy@example.org", "viewer").await), "ROLE-UNKNOWN");
    }

    async fn whoever_is_on_top_by_new_rules_has_to_be_there(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        // A chair above the owners, whom nobody is yet.
        let chair = "[[role]]\nkey = \"chair\"\nname = \"Chair\"\nplural = \"Chairs\"\ndescription = \"Presides.\"\npermissions = [\"members.view\", \"team.settings\", \"ownership.transfer\"]\n";
        let own = ", \"ownership.transfer\"";
        let policy = edited(&world, team, &[]).await.to_toml();
        let (head, roles) = policy.split_once("[[role]]").expect("roles");
        let text = format!("{}{chair}\n[[role]]{}", head.replace("top_role = \"owner\"", "top_role = \"chair\""), roles.replacen(own, "", 1));
        let new = Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let refused = says(change(&world, ada, team, new.clone()).await);
        assert_eq!(refused, "TOP-HOLDERS: No active member is Chair, and these rules put that role on top. Give it to somebody first.");
        // With the role known first, somebody can have it, and then it can be on top.
        let known = roles.replacen("[[role]]\nkey = \"member\"", &format!("{}\n[[role]]\nkey = \"member\"", chair.replace(", \"team.settings\", \"ownership.transfer\"", "")), 1)
            .replacen("assigns = [\"owner\"", "assigns = [\"chair\", \"owner\"", 1)
            .replacen("changes = [\"owner\"", "changes = [\"chair\", \"owner\"", 1);
        change(&world, ada, team, Policy::from_toml(&format!("{head}[[role]]{known}")).unwrap()).await.unwrap();
        let bo = world.seated(team, 2, "Bo", "member").await;
        world.change_role(ada, team, bo.account, "chair").await.unwrap();
        change(&world, ada, team, new).await.unwrap();
        // From now on Bo is the one whom the team cannot lose, and Ada can go.
        let refused = says(edit(&world, ada, team, &[("Presides.", "Presided.")]).await);
        assert_eq!(refused, "NEED-ROLE: Only Chairs can change who is on top, or let a role do more than you can do yourself. You are Owner.");
        edit(&world, ada, team, &[("lifetime_days = 7", "lifetime_days = 9")]).await.unwrap();
        world.end(bo, team, ada.account, End::Transfer).await.unwrap();
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "owner");
        edit(&world, ada, team, &[("Presides.", "Presided.")]).await.unwrap();
    }

    async fn one_owner_at_most_means_one(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let exactly_one = &[("at_least_one", "exactly_one"), ("[\"owner\", \"member\", \"viewer\"]", "[\"member\", \"viewer\"]")];
        let refused = says(edit(&world, ada, team, exactly_one).await);
        assert_eq!(refused, "TOP-HOLDERS: 2 members are Owner, and these rules allow exactly one. Give the others another role first.");
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        assert_eq!(code(edit(&world, ada, team, exactly_one).await), "TOP-HOLDERS", "whoever is suspended could not come back");
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        edit(&world, ada, team, exactly_one).await.unwrap();
        assert_eq!(code(world.end(ada, team, ada.account, End::Remove).await), "SELF-REMOVE");
        // And back: several may be owners again.
        edit(&world, ada, team, &[("exactly_one", "at_least_one"), ("[\"member\", \"viewer\"]", "[\"owner\", \"member\", \"viewer\"]")]).await.unwrap();
        world.joined(ada, team, "cy@example.org", "Cy", "owner").await;
    }

    async fn plans_and_many_mails_are_the_operators_to_give(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.verify(ada.account, "ada@example.org").await;
        for edits in [("seats = 5", "seats = 500"), ("hourly_limit = 20", "hourly_limit = 21")] {
            assert_eq!(code(edit(&world, ada, team, &[edits]).await), "NEED-ROLE", "{edits:?}");
        }
        edit(&world, ada, team, &[("hourly_limit = 20", "hourly_limit = 5")]).await.unwrap();
        edit(&world, ada, team, &[("hourly_limit = 5", "hourly_limit = 20")]).await.unwrap();
        assert!(!world.log(team).await[0].by_super_admin());
        world.appoint(&["ada@example.org"]).await;
        edit(&world, ada, team, &[("seats = 5", "seats = 500"), ("hourly_limit = 20", "hourly_limit = 100")]).await.unwrap();
        assert!(world.log(team).await[0].by_super_admin());
        // What is more than usual may be kept and lowered by the team.
        world.appoint(&[]).await;
        edit(&world, ada, team, &[("hourly_limit = 100", "hourly_limit = 90")]).await.unwrap();
    }

    async fn a_super_admin_changes_the_rules_of_any_team_and_the_log_says_so(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "project").await;
        let (root, _) = world.founder(2, "Root", "Other", "campaigns").await;
        world.verify(root.account, "root@example.org").await;
        world.appoint(&["root@example.org"]).await;
        edit(&world, root, team, &[("lifetime_days = 7", "lifetime_days = 9")]).await.unwrap();
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].by_super_admin()), (Kind::PolicyChanged, true));
    }

    async fn a_setting_is_turned_in_an_act_of_its_own(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "company").await;
        let mo = world.seated(team, 2, "Mo", "manager").await;
        let setting = "managers_invite_managers";
        assert_eq!(code(turn(&world, mo, team, setting, true).await), "NEED-ROLE");
        assert_eq!(code(turn(&world, ada, team, "no_such_setting", true).await), "STALE");
        assert_eq!(code(turn(&world, ada, team, setting, false).await), "UNCHANGED");
        assert!(world.invite(mo, team, "cy@example.org", "manager").await.is_err());
        turn(&world, ada, team, setting, true).await.unwrap();
        world.invite(mo, team, "cy@example.org", "manager").await.unwrap();
        let log = world.log(team).await;
        assert_eq!((log[1].kind, log[1].detail("to").as_deref()), (Kind::SettingTurned, Some("on")));
        turn(&world, ada, team, setting, false).await.unwrap();
        let company = &Presets::shipped().get("company").unwrap().policy;
        assert_eq!(world.policy(team).await, *company);
    }

    async fn name_language_and_default_role_have_an_entry_each(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let before = world.log(team).await.len();
        let viewer = RoleKey::parse("viewer").unwrap();
        let mut tx = world.db.write().await.unwrap();
        let mut grant = ada.may(&mut tx, team, Permission::TeamSettings).await.unwrap();
        let seq = team::rename(&mut tx, &world.env, &mut grant, "  Aurora   Borealis ").await.unwrap();
        assert_eq!(code(team::rename(&mut tx, &world.env, &mut grant, "Aurora Borealis").await), "UNCHANGED");
        assert_eq!(code(team::rename(&mut tx, &world.env, &mut grant, " ").await), "TEXT-BAD");
        team::set_language(&mut tx, &world.env, &grant, Locale::De).await.unwrap();
        assert_eq!(code(team::set_language(&mut tx, &world.env, &grant, Locale::De).await), "UNCHANGED");
        team::set_default_role(&mut tx, &world.env, &mut grant, &viewer).await.unwrap();
        assert_eq!(team::language(&mut tx, team).await.unwrap(), Locale::De);
        tx.commit().await.unwrap();
        let log = world.log(team).await;
        let kinds: Vec<_> = log.iter().take(3).map(|entry| entry.kind).collect();
        assert_eq!((log.len(), kinds), (before + 3, vec![Kind::PolicyChanged, Kind::LanguageChanged, Kind::TeamRenamed]));
        let undo = async || {
            let mut tx = world.db.write().await?;
            let mut grant = ada.may(&mut tx, team, Permission::TeamSettings).await?;
            team::undo_rename(&mut tx, &world.env, &mut grant, seq).await?;
            tx.commit().await
        };
        undo().await.unwrap();
        assert_eq!(world.log(team).await[0].subject, "Aurora");
        assert_eq!(code(undo().await), "STALE", "once");
    }

    async fn two_edits_at_once_follow_one_another(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "company").await;
        let bo = world.seated(team, 2, "Bo", "admin").await;
        let one = edited(&world, team, &[("lifetime_days = 7", "lifetime_days = 9")]).await;
        let (first, second) = tokio::join!(
            change(&world, ada, team, one.clone()),
            turn(&world, bo, team, "managers_invite_managers", true),
        );
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        let now = world.policy(team).await;
        assert_eq!(now.invitation().lifetime_days, 9);
        now.validate().unwrap();
        assert_eq!(world.log(team).await.len(), 3);
        // Whoever decided by what they saw is told when it is so no longer.
        let seen = now.clone();
        let edits = join_all([11_u32, 12].map(|days| {
            let (world, seen) = (&world, &seen);
            let text = seen.to_toml().replace("lifetime_days = 9", &format!("lifetime_days = {days}"));
            async move {
                let mut tx = world.db.write().await?;
                let mut grant = ada.may(&mut tx, team, Permission::TeamSettings).await?;
                team::change_policy(&mut tx, &world.env, &mut grant, Some(seen), Policy::from_toml(&text).unwrap()).await?;
                tx.commit().await
            }
        })).await;
        assert_eq!(edits.iter().filter(|done| done.is_ok()).count(), 1, "{edits:?}");
        assert!(edits.iter().filter_map(|done| done.as_ref().err()).all(|error| error.code() == "STALE"));
    }

    async fn nobody_is_left_with_a_role_that_is_gone(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let invitation = world.invite(ada, team, "cy@example.org", "viewer").await.unwrap();
        let cy = world.guest("cy@example.org").await;
        let token = world.mailed_token(&invitation);
        let new = edited(&world, team, NO_VIEWERS).await;
        // The role goes while it is given, and while an invitation to it is accepted and taken back.
        let (gone, given, accepted, revoked) = tokio::join!(
            change(&world, ada, team, new.clone()),
            world.change_role(ada, team, bo.account, "viewer"),
            world.accept(&token, Accepter::SignedIn(cy)),
            world.revoke(ada, team, invitation.id),
        );
        assert_ne!(accepted.is_ok(), revoked.is_ok(), "{accepted:?} {revoked:?}");
        if given.is_ok() || accepted.is_ok() {
            assert_eq!(code(gone), "ROLE-IN-USE");
        }
        let policy = world.policy(team).await;
        let joined = accepted.is_ok().then_some(cy);
        for whose in [ada.account, bo.account].into_iter().chain(joined) {
            let role = world.member(team, whose).await.role;
            assert!(policy.role(&role).is_some(), "{role} is unknown");
        }
        // The other way round: rules first, and what is given afterwards is refused.
        if world.member(team, bo.account).await.role.as_str() == "viewer" {
            world.change_role(ada, team, bo.account, "member").await.unwrap();
        }
        if accepted.is_ok() {
            world.end(ada, team, cy, End::Remove).await.unwrap();
        }
        if change(&world, ada, team, new).await.is_err() {
            assert!(world.policy(team).await.role(&RoleKey::parse("guest").unwrap()).is_some());
        }
        assert_eq!(code(world.change_role(ada, team, bo.account, "viewer").await), "ROLE-UNKNOWN");
    }
}
