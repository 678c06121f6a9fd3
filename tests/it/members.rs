//! What becomes of memberships and teams, as people do it in Discord: questions first where access is lost, a way back
//! where there is one, and never more than was asked for.

use std::time::Duration;

use discord_sim::Permissions;
use muster_core::activity::{Kind, Surface};
use muster_core::both_dbs;
use muster_core::testing::World;
use muster_jobs::ScheduleName;

use crate::app::{TestApp, said};

/// Whether a command of the operator went well, and what it printed.
async fn operator(world: &World, arguments: &str) -> (bool, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments.split_whitespace())
        .env_clear()
        .env("DATABASE_URL", &world.url)
        .env("SECRET_KEY", &world.secret_key)
        .env("RUST_LOG", "off")
        .output()
        .await
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    (output.status.success(), printed)
}

both_dbs! {
    async fn removing_asks_first_and_names_whom(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "owner").await;
        app.invite(&bo, "cy@example.net", "member").await;
        let log = app.world.log(app.team().await).await.len();
        let ask = said(ada.slash("/member remove member:Bo reason:left the company").await);
        assert!(ask.text().contains("Remove Bo?") && ask.text().contains("The open invitation that they sent stops working."), "{}", ask.text());
        assert_eq!(app.world.log(app.team().await).await.len(), log, "nothing happens before the answer");
        let kept = said(ada.click(&ask, "Cancel").await);
        assert!(kept.text().contains("Nothing was changed"), "{}", kept.text());
        let ask = said(ada.slash("/member remove member:Bo reason:left the company").await);
        let remove = ask.button("Remove Bo").expect("a named button").custom_id.clone().expect("its id");
        let done = said(ada.click(&ask, "Remove Bo").await);
        assert!(done.text().contains("Bo is removed"), "{}", done.text());
        // A second click comes too late, and says where to look.
        let late = said(ada.forge_click(&done, &remove).await);
        assert!(late.text().contains("STALE") && late.button("See my teams").is_some(), "{}", late.text());
        let gone = said(bo.slash("/member list").await);
        assert!(gone.text().contains("NO-TEAM"), "{}", gone.text());
        let history = said(ada.slash("/activity log").await);
        assert!(history.text().contains("Ada removed Bo, who was Owner (left the company)"), "{}", history.text());
        assert!(history.text().contains("Bo invited c…@e….net as Member"), "what they did stays: {}", history.text());
        let list = said(ada.slash("/member list status:removed").await);
        assert!(list.text().contains("1 member, removed") && list.text().contains("Bo"), "{}", list.text());
        app.sim.take_complaints();
        app.end().await;
    }

    async fn deactivating_is_done_at_once_and_taken_back_with_one_click(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        let done = said(ada.slash("/member deactivate member:Bo").await);
        assert!(done.text().contains("Bo is deactivated"), "{}", done.text());
        let shut = said(bo.slash("/member list team:Aurora").await);
        assert!(shut.text().contains("Your membership of Aurora is deactivated."), "{}", shut.text());
        let shut = said(bo.slash("/member list").await);
        assert!(shut.text().contains("Your membership of Aurora is deactivated."), "{}", shut.text());
        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("· deactivated ·"), "{}", list.text());
        let list = said(ada.select(&list, "Show only…", &["=deactivated"]).await);
        assert!(list.text().contains("1 member, deactivated"), "{}", list.text());
        let back = said(ada.click(&done, "Undo").await);
        assert!(back.text().contains("Bo is active again"), "{}", back.text());
        let twice = said(ada.slash("/member reactivate member:Bo").await);
        assert!(twice.text().contains("ALREADY-ACTIVE"), "{}", twice.text());
        let list = said(bo.slash("/member list").await);
        assert!(list.text().contains("you are Member"), "{}", list.text());
        app.end().await;
    }

    async fn one_member_is_shown_with_their_history_and_what_can_be_done(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        said(ada.slash("/member role member:Bo role:viewer reason:only reads").await);
        let list = said(ada.slash("/member list").await);
        let id = list.select("Open…").expect("a choice").options.iter().find(|option| option.label == "Bo").expect("Bo").value.clone();
        let shown = said(ada.select(&list, "Open…", &[&id]).await);
        assert!(shown.text().contains("Ada changed Bo from Member to Viewer (only reads)"), "{}", shown.text());
        assert!(shown.text().contains("bo@example.org"), "{}", shown.text());
        let ask = said(ada.click(&shown, "Remove Bo…").await);
        assert!(ask.text().contains("Remove Bo?"), "{}", ask.text());
        // Others see neither addresses nor the log, and have nothing to press.
        let shown = said(bo.slash("/member show member:Ada").await);
        let labels: Vec<_> = shown.buttons().iter().map(|button| button.label.clone()).collect();
        assert_eq!(labels, ["All members"]);
        assert!(!shown.text().contains("changed"), "{}", shown.text());
        app.end().await;
    }

    async fn refusals_offer_a_way_out(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:workspace").await);
        let bo = app.seated("Bo", "moderator").await;
        let own = said(bo.slash("/member remove member:Bo").await);
        assert!(own.text().contains("SELF-REMOVE") && own.text().contains("Leave the team instead"), "{}", own.text());
        let ask = said(bo.click(&own, "Leave the team…").await);
        assert!(ask.text().contains("Leave Aurora?"), "{}", ask.text());
        let left = said(bo.click(&ask, "Leave Aurora").await);
        assert!(left.text().contains("You have left Aurora"), "{}", left.text());
        let none = said(bo.click(&left, "See my teams").await);
        assert!(none.text().contains("No team yet"), "{}", none.text());
        let stuck = said(ada.slash("/team leave").await);
        assert!(stuck.text().contains("NO-LEAVE"), "{}", stuck.text());
        let only = said(ada.slash("/member remove member:Ada").await);
        assert!(only.text().contains("SELF-REMOVE"), "{}", only.text());
        app.end().await;
    }

    async fn ownership_is_handed_over_after_the_name_was_typed(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "viewer").await;
        let ask = said(ada.slash("/team transfer member:Bo").await);
        assert!(ask.text().contains("Make Bo Owner of this team?") && ask.text().contains("You become Member"), "{}", ask.text());
        let form = ada.click(&ask, "Transfer to Bo…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let wrong = said(ada.submit(&form, &[("Type the team's name to go on", "Boreal")]).await);
        assert!(wrong.text().contains("NAME-MISMATCH"), "{}", wrong.text());
        let ask = said(ada.click(&wrong, "Try again").await);
        let form = ada.click(&ask, "Transfer to Bo…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let done = said(ada.submit(&form, &[("Type the team's name to go on", " aurora ")]).await);
        assert!(done.text().contains("Bo is now Owner") && done.text().contains("Ada is Member from now on"), "{}", done.text());
        let refused = said(ada.slash("/team transfer member:Bo").await);
        assert!(refused.text().contains("Only Owners can transfer ownership. You are Member."), "{}", refused.text());
        let list = said(bo.slash("/member list").await);
        assert!(list.text().contains("you are Owner"), "{}", list.text());
        let log = said(bo.slash("/activity log type:ownership.transferred").await);
        assert!(log.text().contains("Ada made Bo Owner"), "{}", log.text());
        app.end().await;
    }

    async fn a_team_is_deleted_after_its_name_was_typed_and_comes_back_with_a_button(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        let ask = said(ada.slash("/team delete").await);
        assert!(ask.text().contains("2 members lose access at once"), "{}", ask.text());
        let form = ada.click(&ask, "Delete Aurora…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let gone = said(ada.submit(&form, &[("Type the team's name to go on", "Aurora")]).await);
        assert!(gone.text().contains("Aurora is deleted"), "{}", gone.text());
        let nowhere = said(bo.slash("/member list").await);
        assert!(nowhere.text().contains("NO-TEAM"), "{}", nowhere.text());
        let restore = gone.button("Restore Aurora").expect("a way back").custom_id.clone().expect("its id");
        let stolen = said(bo.forge_click(&nowhere, &restore).await);
        assert!(stolen.text().contains("NOT-FOUND"), "{}", stolen.text());
        let back = said(ada.click(&gone, "Restore Aurora").await);
        assert!(back.text().contains("Aurora is back"), "{}", back.text());
        let list = said(bo.slash("/member list").await);
        assert!(list.text().contains("2 members"), "{}", list.text());
        // Once more, and for good.
        let ask = said(ada.slash("/team delete").await);
        let form = ada.click(&ask, "Delete Aurora…").await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let gone = said(ada.submit(&form, &[("Type the team's name to go on", "Aurora")]).await);
        app.advance(Duration::from_hours(24 * 30));
        app.tick(ScheduleName::PurgeTeams).await;
        let dead = said(ada.click(&gone, "Restore Aurora").await);
        assert!(dead.text().contains("NOT-FOUND"), "{}", dead.text());
        app.sim.take_complaints();
        app.end().await;
    }

    async fn a_command_goes_on_after_its_team_was_chosen(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        for name in ["Aurora", "Borealis"] {
            said(ada.slash(&format!("/team create name:{name} preset:campaigns")).await);
        }
        // In another server nothing says which of the two is meant.
        let elsewhere = app.sim.guild("Elsewhere");
        elsewhere.join(ada.user(), Permissions::NONE);
        let ada = app.sim.client(ada.user(), &elsewhere, "general");
        let ask = said(ada.slash("/member list role:owner").await);
        assert!(ask.text().contains("WHICH-TEAM"), "{}", ask.text());
        let options: Vec<_> = ask.select("Choose a team").expect("a choice").options.iter().map(|o| o.label.clone()).collect();
        assert_eq!(options, ["Aurora · Owner", "Borealis · Owner"]);
        let value = ask.select("Choose a team").expect("a choice").options[1].value.clone();
        let list = said(ada.select(&ask, "Choose a team", &[&value]).await);
        assert!(list.text().contains("Borealis · you are Owner") && list.text().contains("with the role Owner"), "{}", list.text());
        // A form goes on as a form.
        let third = app.sim.guild("Third");
        third.join(ada.user(), Permissions::NONE);
        let ada = app.sim.client(ada.user(), &third, "general");
        let ask = said(ada.slash("/invite email role:viewer").await);
        let form = ada.select(&ask, "Choose a team", &[&value]).await.expect("a form opens");
        let form = form.modal().expect("a form").clone();
        let review = said(ada.submit(&form, &[("Email addresses", "cy@example.net")]).await);
        assert!(review.text().contains("Borealis") && review.text().contains("as Viewer?"), "{}", review.text());
        app.end().await;
    }

    async fn switching_teams_says_which_one_is_meant(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        for name in ["Aurora", "Borealis"] {
            said(ada.slash(&format!("/team create name:{name} preset:campaigns")).await);
        }
        let switched = said(ada.slash("/team switch team:Aurora").await);
        assert!(switched.text().contains("You work with Aurora now"), "{}", switched.text());
        let list = said(ada.slash("/team list").await);
        assert!(list.text().contains("You are in 2 teams") && list.text().contains("Aurora · Owner · chosen"), "{}", list.text());
        let overview = said(ada.slash("/team overview").await);
        assert!(overview.text().contains("Aurora · you are Owner") && overview.text().contains("1 Owner"), "{}", overview.text());
        // Also in a server that knows neither.
        let elsewhere = app.sim.guild("Elsewhere");
        elsewhere.join(ada.user(), Permissions::NONE);
        let there = app.sim.client(ada.user(), &elsewhere, "general");
        let overview = said(there.slash("/team overview").await);
        assert!(overview.text().contains("Aurora · you are Owner"), "{}", overview.text());
        let list = said(there.slash("/team list").await);
        let other = list.select("Work with…").expect("a choice").options[1].value.clone();
        let switched = said(there.select(&list, "Work with…", &[&other]).await);
        assert!(switched.text().contains("You work with Borealis now"), "{}", switched.text());
        app.end().await;
    }

    async fn a_super_admin_sets_plans_and_acts_as_one(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:business").await);
        let refused = said(ada.slash("/invite email role:member").await);
        assert!(refused.text().contains("Upgrade to a Pro or Business plan to use team features") && refused.text().contains("PLAN"), "{}", refused.text());
        let overview = said(ada.click(&refused, "See the team").await);
        assert!(overview.text().contains("none"), "{}", overview.text());
        let refused = said(ada.slash("/team plan plan:pro").await);
        assert!(refused.text().contains("Only super-admins"), "{}", refused.text());
        let (user, root) = app.person("Root", Permissions::MANAGE_GUILD);
        said(root.slash("/team create name:Ops preset:campaigns").await);
        let account = app.world.account_of(user.id.cast_signed()).await;
        app.world.verify(account, "root@example.org").await;
        let stranger = said(root.slash("/team plan plan:pro team:Aurora").await);
        assert!(stranger.text().contains("NOT-FOUND"), "{}", stranger.text());
        app.world.appoint(&["root@example.org"]).await;
        let offered = root.autocomplete("team plan", "team", "aur", &[]).await.expect("it completes");
        assert_eq!(offered.iter().map(|choice| choice.name.clone()).collect::<Vec<_>>(), ["Aurora · Super-admin"]);
        let plans = root.autocomplete("team plan", "plan", "", &[("team", "Aurora")]).await.expect("it completes");
        assert_eq!(plans.iter().map(|choice| choice.name.clone()).collect::<Vec<_>>(), ["Pro: 5 seats", "Business: 25 seats", "None"]);
        let no = said(root.slash("/team switch team:Aurora").await);
        assert!(no.text().contains("You are no member of Aurora."), "{}", no.text());
        let set = said(root.slash("/team plan plan:pro team:Aurora").await);
        assert!(set.text().contains("1 of 5 used") && set.text().contains("you are Super-admin"), "{}", set.text());
        let log = said(ada.slash("/activity log").await);
        assert!(log.text().contains("Root changed the plan from none to pro as super-admin"), "{}", log.text());
        app.invite(&ada, "bo@example.org", "member").await;
        app.end().await;
    }

    async fn the_setting_says_who_is_a_super_admin(world: World) {
        let mut app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (user, root) = app.person("Root", Permissions::MANAGE_GUILD);
        said(root.slash("/team create name:Ops preset:campaigns").await);
        let account = app.world.account_of(user.id.cast_signed()).await;
        app.world.verify(account, "root@example.org").await;
        app.name_super_admins(&["root@example.org"]);
        app.restart().await;
        let seen = said(root.slash("/member list team:Aurora").await);
        assert!(seen.text().contains("you are Super-admin"), "{}", seen.text());
        app.name_super_admins(&[]);
        app.restart().await;
        let unseen = said(root.slash("/member list team:Aurora").await);
        assert!(unseen.text().contains("NOT-FOUND"), "{}", unseen.text());
        drop(ada);
        app.end().await;
    }

    async fn no_seat_is_left(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        said(ada.slash("/team create name:Aurora preset:business").await);
        app.world.set_plan(app.team().await, "pro").await;
        for n in 0..4 {
            app.seated(&format!("Member{n}"), "member").await;
        }
        let review = app.review(&ada, "bo@example.org", "member").await;
        let refused = said(ada.click(&review, "Send 1 invitation").await);
        assert!(refused.text().contains("Maximum team size reached for current plan"), "{}", refused.text());
        said(ada.slash("/member deactivate member:Member1").await);
        app.invite(&ada, "bo@example.org", "member").await;
        let full = said(ada.slash("/member reactivate member:Member1").await);
        assert!(full.text().contains("SEATS") && full.button("See members").is_some() && full.button("See invitations").is_some(), "{}", full.text());
        app.end().await;
    }

    async fn members_are_found_by_id_mention_name_and_prefix(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (user, _) = app.person("Bo", Permissions::NONE);
        app.world.seated(app.team().await, user.id.cast_signed(), "Bo", "member").await;
        app.seated("Bodil", "member").await;
        let choices = ada.autocomplete("member remove", "member", "bo", &[]).await.expect("it completes");
        assert_eq!(choices.len(), 2, "{choices:?}");
        let id = choices[0].value.clone();
        for named in [id, format!("<@{}>", user.id), "Bo".to_owned(), "bodi".to_owned()] {
            let shown = said(ada.slash(&format!("/member show member:{named}")).await);
            assert!(shown.text().contains("Bo"), "{named}: {}", shown.text());
        }
        let many = said(ada.slash("/member show member:B").await);
        assert!(many.text().contains("NOT-FOUND"), "{}", many.text());
        for command in ["member show", "member role", "member deactivate", "member reactivate", "member remove", "team transfer"] {
            let found = ada.autocomplete(command, "member", "", &[]).await.expect("it completes");
            assert_eq!(found.len(), 3, "{command}: {found:?}");
        }
        for n in 0..30 {
            app.seated(&format!("Crowd{n}"), "viewer").await;
        }
        let found = ada.autocomplete("member show", "member", "", &[]).await.expect("it completes");
        assert_eq!(found.len(), 25);
        app.end().await;
    }

    async fn the_operator_brings_a_team_back_from_the_command_line(world: World) {
        let world = world.in_real_time();
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        assert_eq!(operator(&world, "team deleted").await, (true, "No deleted team can be brought back.\n".to_owned()));
        world.delete_team(ada, team).await.expect("she may");
        let (good, list) = operator(&world, "team deleted").await;
        assert!(good && list.contains("Aurora  deleted") && list.contains(&team.to_string()), "{list}");
        assert!(!operator(&world, "team restore Borealis").await.0);
        assert_eq!(operator(&world, "team restore aurora").await, (true, "Aurora is back.\n".to_owned()));
        assert!(!operator(&world, "team restore aurora").await.0, "it is there already");
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].surface, log[0].actor_id), (Kind::TeamRestored, Surface::Cli, None));
    }
}
