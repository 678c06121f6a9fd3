//! A team's rules and settings, as their team changes them in Discord.

use discord_sim::{Message, Permissions, Person, Refused, Reply, Upload};
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::policy::{Policy, Presets};

use crate::app::{Card, TestApp, said};

/// Hands a file to `/team policy import`.
pub async fn import(
    person: &Person,
    values: &[(&str, &str)],
    bytes: impl Into<Vec<u8>>,
) -> Result<Reply, Refused> {
    let file = Upload {
        option: "file".to_owned(),
        filename: "rules.toml".to_owned(),
        content_type: "application/toml".to_owned(),
        bytes: bytes.into(),
    };
    person
        .slash_with_file("team policy import", values, &[file])
        .await
}

/// The file that a reply brings, with its name.
async fn file(message: &Message) -> (String, String) {
    let file = message.attachments.first().expect("a file");
    let answer = reqwest::get(&file.url).await.expect("it can be downloaded");
    (file.filename.clone(), answer.text().await.expect("text"))
}

/// The team's rules as a file says them.
async fn exported(person: &Person) -> String {
    file(&said(person.slash("/team policy export").await)).await.1
}

async fn entries(app: &TestApp) -> usize {
    app.done_in(app.team().await).await
}

#[track_caller]
fn has(card: &Card, parts: &[&str]) {
    let text = card.text();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

both_dbs! {
    async fn the_rules_of_every_preset_go_out_and_come_back_the_same(world: World) {
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        for preset in Presets::shipped().iter() {
            let team = format!("The {}", preset.name);
            let named = [("team", team.as_str())];
            said(ada.slash(&format!("/team create name:{team} preset:{}", preset.key)).await);
            let shown = said(ada.slash_with("team policy show", &named).await);
            has(&shown, &["The rules of", &preset.summary]);
            for role in preset.policy.roles() {
                has(&shown, &[&format!("{}: ", role.name)]);
            }
            let card = said(ada.click(&shown, "Export as a file").await);
            let (name, text) = file(&card).await;
            assert_eq!(name, format!("rules-of-the-{}.toml", preset.key));
            let head = format!("# The rules of “{team}” in Muster, exported on 22 November 2026.\n# ");
            assert!(text.starts_with(&head), "{text}");
            assert_eq!(Policy::from_toml(&text).as_ref(), Ok(&preset.policy));
            let same = said(import(&ada, &named, text.as_str()).await);
            has(&same, &["Nothing was changed", "the rules that the team has already"]);
            let longer = text.replace("lifetime_days = 7", "lifetime_days = 9");
            let review = said(import(&ada, &named, longer).await);
            has(&review, &["Use these rules?", "invitation.lifetime_days: 7 → 9"]);
            let used = said(ada.click(&review, "Use these rules").await);
            has(&used, &["has other rules now", "One thing has changed", "Log entry 2"]);
            has(&said(ada.slash_with("team policy show", &named).await), &["open for 9 days"]);
            let log = said(ada.slash_with("activity log", &named).await);
            has(&log, &["Ada changed the rules: invitation.lifetime_days: 7 → 9"]);
        }
        app.end().await;
    }

    async fn a_bad_file_is_refused_with_its_line_and_nothing_changes(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let (before, good) = (entries(&app).await, exported(&ada).await);
        let line = good.lines().position(|line| line.starts_with("default_role")).expect("it has one") + 1;
        let unknown = good.replace("default_role = \"member\"", "default_role = \"boss\"");
        for (bytes, says) in [
            (unknown.clone().into_bytes(), format!("line {line}, column 16: role boss is not defined")),
            (good.replace("holders", "holder").into_bytes(), "unknown field holder".to_owned()),
            (good.replace("lifetime_days = 7", "lifetime_days = 900").into_bytes(), "lifetime_days is 1 to 90".to_owned()),
            (good.replace("name = \"Member\"", "name = \"@everyone\"").into_bytes(), "this text cannot have".to_owned()),
            (b"not = [toml".to_vec(), "line 1, column".to_owned()),
            (Vec::new(), "missing field".to_owned()),
            (vec![0xff, 0xfe, 0x00], "not text in UTF-8".to_owned()),
            ("#".repeat(64 * 1024 + 1).into_bytes(), "more than 64 KiB".to_owned()),
        ] {
            let card = said(import(&ada, &[], bytes).await);
            let text = card.text().replace('`', "");
            assert!(text.contains("⛔") && text.contains("TEXT-BAD") && text.contains(&says), "`{says}` is not in\n{text}");
        }
        // A spreadsheet's or an editor's mark at the start is no mistake.
        has(&said(import(&ada, &[], format!("\u{feff}{good}")).await), &["the rules that the team has already"]);
        assert_eq!((entries(&app).await, exported(&ada).await), (before, good));
        app.end().await;
    }

    async fn a_role_in_use_cannot_disappear(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("Vi", "viewer").await;
        app.seated("Wu", "viewer").await;
        app.invite(&ada, "cy@example.org", "viewer").await;
        let (before, good) = (entries(&app).await, exported(&ada).await);
        let other = good.replace("\"viewer\"", "\"guest\"");
        let refused = said(import(&ada, &[], other).await);
        has(&refused, &["ROLE-IN-USE", "The role Viewer can't go", "2 members, one open invitation"]);
        assert_eq!((entries(&app).await, exported(&ada).await), (before, good));
        app.end().await;
    }

    async fn changed_rules_count_between_two_clicks(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let mo = app.seated("Mo", "manager").await;
        let form = mo.slash("/invite email role:user").await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        let filled = [("Email address", "bo@example.net"), ("First name", "Bo"), ("Last name", "Berg"), ("Phone number", "1")];
        let review = said(mo.submit(&form, &filled).await);
        // Managers lose the right while Mo looks at the review.
        let text = exported(&ada).await;
        let (rules, _) = text.split_once("[[setting]]").expect("a setting");
        let rules = rules
            .replace("\"members.view\", \"members.invite\", \"invitations.manage\"]", "\"members.view\"]")
            .replace("invites = [\"user\"]\n", "");
        let ask = said(import(&ada, &[], rules).await);
        has(&ask, &["role.manager.permissions: − members.invite, − invitations.manage", "− setting.managers_invite_managers"]);
        said(ada.click(&ask, "Use these rules").await);
        let refused = said(mo.click(&review, "Send 1 invitation").await);
        has(&refused, &["NEED-ROLE", "Only Admins can send invitations. You are Manager."]);
        app.end().await;
    }

    async fn somebody_elses_question_and_a_forged_button_change_nothing(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let (mo, bo) = (app.seated("Mo", "manager").await, app.seated("Bo", "admin").await);
        let good = exported(&ada).await;
        let longer = good.replace("lifetime_days = 7", "lifetime_days = 9");
        for command in ["/team policy show", "/team policy export", "/team settings"] {
            has(&said(mo.slash(command).await), &["NEED-ROLE", "Only Admins can change the team's settings. You are Manager."]);
        }
        has(&said(import(&mo, &[], longer.as_str()).await), &["NEED-ROLE"]);
        has(&said(import(&mo, &[], "not even rules").await), &["NEED-ROLE"]);
        let before = entries(&app).await;
        let ask = said(import(&ada, &[], longer).await);
        let press = ask.button("Use these rules").expect("the button").custom_id.clone().expect("its id");
        let hers = said(mo.slash("/team list").await);
        has(&said(mo.forge_click(&hers, &press).await), &["STALE"]);
        has(&said(bo.forge_click(&said(bo.slash("/team list").await), &press).await), &["STALE"]);
        let team = app.team().await;
        for forged in [
            format!("v1|turn-on|{team}|managers_invite_managers"),
            format!("v1|rules|{team}"),
            format!("v1|rules-file|{team}"),
            format!("v1|settings|{team}"),
            format!("v1|rename|{team}"),
            format!("v1|undo-rename|{team}|1"),
        ] {
            let hers = said(mo.slash("/team list").await);
            has(&said(mo.forge_click(&hers, &forged).await), &["NEED-ROLE"]);
        }
        // Whoever asked and has lost the right meanwhile has lost the question too.
        let demote = said(bo.slash("/member role member:Ada role:manager").await);
        said(bo.click(&demote, "Make Ada Manager").await);
        has(&said(ada.click(&ask, "Use these rules").await), &["NEED-ROLE"]);
        assert_eq!((entries(&app).await, exported(&bo).await), (before + 1, good));
        app.end().await;
    }

    async fn a_question_is_asked_again_when_the_rules_have_changed_since(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let bo = app.seated("Bo", "admin").await;
        let good = exported(&ada).await;
        let ask = said(import(&ada, &[], good.replace("lifetime_days = 7", "lifetime_days = 9")).await);
        said(bo.click(&said(bo.slash("/team policy show").await), "Turn on Managers may invite managers").await);
        let stale = said(ada.click(&ask, "Use these rules").await);
        has(&stale, &["STALE"]);
        let again = said(ada.click(&stale, "Reload").await);
        has(&again, &["invitation.lifetime_days: 7 → 9", "setting.managers_invite_managers.on: true → false"]);
        let before = entries(&app).await;
        has(&said(ada.click(&again, "Cancel").await), &["Nothing was changed"]);
        assert_eq!(entries(&app).await, before);
        app.end().await;
    }

    async fn settings_are_changed_one_by_one_and_a_name_can_be_taken_back(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let before = entries(&app).await;
        let card = said(ada.slash("/team settings").await);
        has(&card, &["Settings of Aurora", "English", "Company", "Managers may invite managers: off"]);
        let form = ada.click(&card, "Rename…").await.expect("it answers");
        let form = form.modal().expect("a form").clone();
        assert_eq!(form.input("Name of the team").map(|input| input.value.clone()).as_deref(), Some("Aurora"));
        has(&said(ada.submit(&form, &[("Name of the team", "  ")]).await), &["TEXT-BAD"]);
        let renamed = said(ada.submit(&form, &[("Name of the team", "Aurora *Borealis*")]).await);
        has(&renamed, &["The team is called Aurora *Borealis* now", "Aurora *Borealis* · you are Admin"]);
        let back = said(ada.click(&renamed, "Undo").await);
        has(&back, &["The team is called Aurora now"]);
        let spoken = said(ada.select(&back, "Language of the team", &["de"]).await);
        has(&spoken, &["The team's language is Deutsch now"]);
        has(&said(ada.slash("/team overview").await), &["Deutsch", "Rules “Company”"]);
        let offered = said(ada.select(&spoken, "Role that invitations offer", &["manager"]).await);
        has(&offered, &["Invitations offer Manager now"]);
        let turned = said(ada.click(&offered, "Turn on Managers may invite managers").await);
        has(&turned, &["Managers may invite managers: on"]);
        has(&said(ada.click(&turned, "Undo").await), &["Managers may invite managers: off"]);
        let kinds: Vec<_> = app.world.log(app.team().await).await.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds.len(), before + 6);
        assert_eq!(
            kinds[..6],
            [Kind::SettingTurned, Kind::SettingTurned, Kind::PolicyChanged, Kind::LanguageChanged, Kind::TeamRenamed, Kind::TeamRenamed]
        );
        let log = said(ada.slash("/activity log").await);
        has(&log, &[
            "Ada renamed the team from Aurora to Aurora *Borealis*",
            "Ada changed the team's language from English to Deutsch",
            "Ada changed the rules: invitation.default_role: user → manager",
            "Ada turned on “Managers may invite managers”",
        ]);
        assert!(log.select("Show only…").is_some_and(|select| select.options.len() == 25));
        let only = said(ada.select(&log, "Or only…", &["discord.linked"]).await);
        has(&only, &["Nothing of this kind has happened yet"]);
        app.end().await;
    }

    async fn a_command_about_rules_waits_for_its_team(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        said(ada.slash("/team create name:Borealis preset:project").await);
        let good = file(&said(ada.slash("/team policy export team:Borealis").await)).await.1;
        let broken = good.replace("name = ", "name\0= ");
        for (server, rules, says) in [
            ("North", good.as_str(), ["the rules that the team has already", "Borealis · you are Admin"]),
            ("South", broken.as_str(), ["TEXT-BAD", "line "]),
        ] {
            // In another server nothing says which of the two is meant.
            let elsewhere = app.sim.guild(server);
            elsewhere.join(ada.user(), Permissions::NONE);
            let ada = app.sim.client(ada.user(), &elsewhere, "general");
            let ask = said(import(&ada, &[], rules).await);
            has(&ask, &["Which team?"]);
            let team = ask.selects()[0].options.iter().find(|option| option.label.starts_with("Borealis"));
            let team = team.expect("it is offered").value.clone();
            has(&said(ada.select(&ask, "Choose a team", &[&team]).await), &says);
        }
        let refused = said(import(&ada, &[("team", "Aurora")], good).await);
        has(&refused, &["ROLE-IN-USE", "The role Owner can't go"]);
        app.end().await;
    }

    async fn presets_of_the_operator_are_offered_after_ours(world: World) {
        let mut presets = Presets::shipped().clone();
        let project = presets.get("project").expect("it ships").policy.to_toml();
        let agency = project.replace("name = \"Project\"", "name = \"Agency\"").replace("name = \"Member\"", "name = \"Freelancer\"");
        presets.add("agency", &agency).expect("a good preset");
        let mut world = world;
        world.env = world.env.clone().with_presets(presets);
        let app = TestApp::start(world).await;
        let (_, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        let offered = ada.autocomplete("team create", "preset", "", &[]).await.expect("it completes");
        assert_eq!(offered.len(), 6);
        assert!(offered[5].name.starts_with("Agency: "), "{offered:?}");
        has(&said(ada.slash("/team create name:Aurora preset:agency").await), &["Aurora is ready"]);
        has(&said(ada.slash("/member list").await), &["Admin"]);
        has(&said(ada.slash("/team policy show").await), &["Agency", "Freelancer"]);
        has(&said(ada.slash("/team create name:Corona preset:anarchy").await), &["TEXT-BAD", "there is none called"]);
        app.end().await;
    }
}

#[tokio::test]
async fn the_program_does_not_start_with_bad_presets_and_names_all_mistakes() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in [("one.toml", "name = "), ("campaigns.toml", "name = \"Mine\"")] {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_muster"))
        .arg("serve")
        .env_clear()
        .env("PRESETS_DIR", folder.path())
        .env("LISTEN_ADDR", "nowhere")
        .env(
            "DATABASE_URL",
            format!("sqlite:{}", folder.path().join("muster.db").display()),
        )
        .output()
        .await
        .expect("the program runs");
    let printed = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success());
    for part in [
        "one.toml: line 1: ",
        "campaigns.toml: there is a preset `campaigns` already",
        "LISTEN_ADDR",
    ] {
        assert!(printed.contains(part), "`{part}` is not in\n{printed}");
    }
    assert!(!folder.path().join("muster.db").exists(), "nothing was begun");
}
