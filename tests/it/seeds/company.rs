//! Seed 002.

use discord_sim::Permissions;
use muster_core::both_dbs;

use super::{has, pressed, told};
use crate::app::{TestApp, said};

both_dbs! {
    async fn seed_002_an_invitation_asks_for_names_address_and_phone(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let form = ada.slash("/invite email role:manager").await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        let labels: Vec<_> = ["Email address", "First name", "Last name", "Phone number"]
            .into_iter()
            .filter(|label| form.input(label).is_some())
            .collect();
        assert_eq!(labels.len(), 4, "{labels:?}");
        let filled = [("Email address", "bo@example.net"), ("First name", "Bo"), ("Last name", "Berg"), ("Phone number", " ")];
        let review = said(ada.submit(&form, &filled).await);
        let refused = pressed(&ada, &review, "Send 1 invitation").await;
        has(&refused.text(), &["This team asks for phone number with each invitation."]);
        let form = ada.click(&refused, "Edit").await.expect("the form opens again");
        let form = form.modal().expect("a form").clone();
        let filled = [("Email address", "bo@example.net"), ("First name", "Bo"), ("Last name", "Berg"), ("Phone number", "+49 30 1234")];
        let review = said(ada.submit(&form, &filled).await);
        has(&review.text(), &["as Manager?"]);
        has(&pressed(&ada, &review, "Send 1 invitation").await.text(), &["1 invitation sent"]);
        let mail = app.mail_to("bo@example.net").await;
        // The mail leads to the page where the account is set up.
        let browser = app.accept_as_new(&mail, "Bo Berg").await;
        has(&browser.open(&format!("/teams/{}", app.team().await)).await.text(), &["You are Manager"]);
        app.end().await;
    }

    async fn seed_002_a_manager_invites_users_and_a_setting_widens_it(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let mo = app.seated("Mo", "manager").await;
        has(&told(&mo, "/invite email role:manager").await, &["As Manager you can't offer the role Manager."]);
        has(&told(&mo, "/invite email role:admin").await, &["As Manager you can't offer the role Admin."]);
        assert!(mo.slash("/invite email role:user").await.expect("it answers").modal().is_some());
        has(&told(&mo, "/team policy show").await, &["Only Admins can change the team's settings."]);
        let rules = said(ada.slash("/team policy show").await);
        let on = pressed(&ada, &rules, "Turn on Managers may invite managers").await;
        has(&on.text(), &["Managers may invite managers: on"]);
        assert!(mo.slash("/invite email role:manager").await.expect("it answers").modal().is_some(), "from the next click on");
        has(&told(&mo, "/invite email role:admin").await, &["As Manager you can't offer the role Admin."]);
        has(&pressed(&ada, &on, "Undo").await.text(), &["Managers may invite managers: off"]);
        has(&told(&mo, "/invite email role:manager").await, &["As Manager you can't offer the role Manager."]);
        app.end().await;
    }

    async fn seed_002_an_admin_removes_anyone_and_history_stays(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let bo = app.seated("Bo", "admin").await;
        told(&bo, "/member role member:Ada role:manager").await;
        for (name, role) in [("Mo", "manager"), ("Uma", "user")] {
            app.seated(name, role).await;
        }
        told(&bo, "/member role member:Mo role:user").await;
        for name in ["Mo", "Uma", "Bo"] {
            let ask = said(ada.slash(&format!("/member remove member:{name}")).await);
            has(&pressed(&ada, &ask, &format!("Remove {name}")).await.text(), &["is removed"]);
        }
        has(&told(&bo, "/member list").await, &["NO-TEAM"]);
        has(&told(&ada, "/activity log").await, &["Bo changed Mo from Manager to User", "Ada removed Bo, who was Admin"]);
        app.end().await;
    }

    async fn seed_002_one_person_is_in_many_companies_with_one_address_and_switches(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let bo = app.seated("Bo", "user").await;
        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Borealis preset:company").await);
        let form = eve.slash("/invite email role:manager").await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        let filled = [("Email address", "bo@example.org"), ("First name", "Bo"), ("Last name", "Berg"), ("Phone number", "1")];
        let review = said(eve.submit(&form, &filled).await);
        pressed(&eve, &review, "Send 1 invitation").await;
        let mail = app.mail_to("bo@example.org").await;
        let account = app.world.account_of(bo.user().id.cast_signed()).await;
        app.world.set_password(account, crate::app::PASSWORD).await;
        let page = app.browser().open(&crate::app::link(&mail)).await;
        let page = page.submit("Sign in", &[("password", crate::app::PASSWORD)]).await;
        page.submit("Accept invitation", &[]).await;
        has(&told(&bo, "/team list").await, &["You are in 2 teams", "Aurora · User", "Borealis · Manager"]);
        has(&told(&bo, "/team switch team:Borealis").await, &["You work with Borealis now"]);
        has(&told(&bo, "/team overview").await, &["Borealis · you are Manager"]);
        has(&told(&bo, "/team switch team:Aurora").await, &["You work with Aurora now"]);
        has(&told(&bo, "/team overview").await, &["Aurora · you are User"]);
        drop(ada);
        app.end().await;
    }

    async fn seed_002_removing_an_admin_needs_another_one(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        app.seated("Root", "user").await;
        app.world.appoint(&["root@example.org"]).await;
        let root = app.sim.client(&app.sim.user("root"), &app.guild, "general");
        has(&told(&root, "/member remove member:Ada").await, &["Make sure another Admin exists on the account before removing one."]);
        app.seated("Bo", "admin").await;
        let ask = said(root.slash("/member remove member:Ada").await);
        has(&pressed(&root, &ask, "Remove Ada").await.text(), &["Ada is removed"]);
        has(&told(&ada, "/member list").await, &["NO-TEAM"]);
        app.end().await;
    }
}
