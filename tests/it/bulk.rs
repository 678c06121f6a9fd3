//! A file of people: the report, sending what the hour takes, and what becomes of the rest.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use discord_sim::Permissions;
use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::invitation::scheduled::PART;
use muster_core::testing::World;
use muster_jobs::ScheduleName;
use sqlx::AssertSqlSafe;

use crate::app::{Card, TestApp, handed, said};

const HOUR: Duration = Duration::from_hours(1);

/// How many rows there are of what sending writes.
async fn written(world: &World) -> i64 {
    let sql = "select (select count(*) from invitations) + (select count(*) from emails)
                    + (select count(*) from scheduled_invitations) + (select count(*) from activity where kind <> 'access.denied')";
    let sql = AssertSqlSafe(sql.to_owned());
    match world.db.pools() {
        Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await,
        Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("rows can be counted")
}

/// The one file that a reply brings, as text.
async fn attached(card: &Card) -> String {
    let [file] = card.attachments.as_slice() else {
        panic!("one file, not {:?}", card.attachments)
    };
    let answer = reqwest::get(&file.url).await.expect("Discord gives it out");
    answer.text().await.expect("text")
}

/// To whom the next so many mails go.
async fn mailed(app: &TestApp, many: usize) -> BTreeSet<String> {
    let mut to = BTreeSet::new();
    for _ in 0..many {
        to.extend(app.sink.next_mail().await.to);
    }
    to
}

fn people(many: usize) -> String {
    let lines: Vec<_> = (1..=many).map(|n| format!("p{n}@example.net\n")).collect();
    lines.concat()
}

fn addresses(numbers: std::ops::RangeInclusive<usize>) -> BTreeSet<String> {
    numbers.map(|n| format!("p{n}@example.net")).collect()
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

both_dbs! {
    async fn a_thousand_lines_are_reported_sent_and_scheduled(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("Bo", "member").await;
        app.invite(&ada, "open@example.org", "viewer").await;
        app.settle().await;
        app.advance(2 * HOUR);
        let mut file = "E-Mail;Role;Shoe size\r\n".to_owned();
        for n in 1..=990 {
            let _ = write!(file, "p{n}@example.net;;43\r\n");
        }
        file += "P7@example.net;;\r\nbo@example.org;;\r\nopen@example.org;owner;\r\n=cmd();;\r\n;viewer;\r\nx@example.org;emperor;\r\n";
        file += "ok@gmial.com;;\r\ny@example.org;;;surplus\r\nz@example.org;Viewer;\r\nz@example.org;Viewer;\r\n";
        let before = written(&app.world).await;
        let report = handed(&ada, Some("member"), file).await;
        has(&report.text(), &[
            "Aurora · you are Owner", "Invite 993 people from this file?", "Send 20 now, schedule 973", "973, 20 an hour",
            "✅ 991 new · line 2 p1@example.net, line 3 p2@example.net, line 4 p3@example.net, …",
            "⚠️ 1 new, perhaps mistyped · line 998 ok@gmial.com (did you mean gmail.com?)",
            "✅ 1 already invited, will be replaced · line 994 open@example.org",
            "➖ 2 in the file a second time · line 992 P7@example.net (as line 8), line 1001 z@example.org (as line 1000)",
            "⛔ 3 cannot be used · line 995 =cmd() (That is not an email address we can use: it has no @.), line 996 (no address)",
            "➖ 1 already in the team · line 993 bo@example.org",
            "⛔ 1 with a role that you can't offer · line 997 x@example.org (This team has no role `emperor`.)",
            "Columns that were not used\nShoe size",
        ]);
        let csv = attached(&report).await;
        assert_eq!(csv.lines().count(), 1001);
        has(&csv, &["line,email,role,outcome,detail\r\n", "\r\n2,p1@example.net,Member,new,\r\n", "\r\n995,'=cmd(),,cannot be used,", "\r\n1000,z@example.org,Viewer,new,"]);
        let report = said(ada.select(&report, "Role of those whose line names none", &["As Viewer"]).await);
        has(&attached(&report).await, &["\r\n2,p1@example.net,Viewer,new,"]);
        assert_eq!(written(&app.world).await, before, "nothing is written before Send");

        let sent = said(ada.click(&report, "Send 20 now, schedule 973").await);
        has(&sent.text(), &["✅ 20 sent, 973 scheduled", "973 wait: 20 an hour leave", "7 lines of the file were left out"]);
        assert_eq!(attached(&sent).await.lines().count(), 1001);
        assert_eq!(mailed(&app, 20).await, addresses(1..=20));
        let again = said(ada.click(&report, "See what is scheduled").await);
        has(&again.text(), &["973 scheduled invitations", "p21@example.net · line 22 · Viewer · by Ada · about", "Page 1 of 98"]);

        app.tick(ScheduleName::SendScheduled).await;
        assert_eq!(app.sink.unread(), 0, "the hour is full");
        app.advance(HOUR);
        app.tick(ScheduleName::SendScheduled).await;
        assert_eq!(mailed(&app, 20).await, addresses(21..=40));
        let log = said(ada.slash("/activity log type:invitation.scheduled").await);
        has(&log.text(), &["Ada made 973 scheduled invitations"]);

        let list = said(ada.slash("/invite list status:scheduled").await);
        let one = said(ada.select(&list, "Open…", &["p42@example.net"]).await);
        has(&one.text(), &["p42@example.net is scheduled", "Place in the queue\n2", "Line of the file\n43"]);
        let gone = said(ada.click(&one, "Cancel the invitation").await);
        has(&gone.text(), &["✅ Cancelled p42@example.net"]);
        let list = said(ada.click(&gone, "All that is scheduled").await);
        let ask = said(ada.click(&list, "Cancel all…").await);
        has(&ask.text(), &["⚠️ Cancel all 952 scheduled invitations?"]);
        let done = said(ada.click(&ask, "Cancel 952 scheduled invitations").await);
        has(&done.text(), &["✅ Cancelled 952 scheduled invitations"]);
        has(&said(ada.click(&done, "All that is scheduled").await).text(), &["Nothing is scheduled", "Invite someone"]);
        app.advance(HOUR);
        app.tick(ScheduleName::SendScheduled).await;
        let log = said(ada.slash("/activity log type:invitation.unscheduled").await);
        has(&log.text(), &["Ada cancelled 952 scheduled invitations", "Ada cancelled the scheduled invitation of p…@e….net"]);
        assert_eq!(ada.direct_messages().await.len(), 0);
        app.end().await;
    }

    async fn send_acts_once_and_the_schedule_outlives_a_restart(world: World) {
        let mut app = TestApp::start(world).await;
        let ada = app.owner().await;
        let report = handed(&ada, None, people(22)).await;
        let send = report.button("Send 20 now, schedule 2").expect("a button").custom_id.clone().expect("an id");
        said(ada.click(&report, "Send 20 now, schedule 2").await);
        assert_eq!(mailed(&app, 20).await, addresses(1..=20));
        app.settle().await;
        let before = written(&app.world).await;
        ada.replay().await.expect("it is delivered");
        let pressed = said(ada.forge_click(&report, &send).await);
        has(&pressed.text(), &["STALE"]);
        assert_eq!(written(&app.world).await, before);
        app.restart().await;
        app.advance(HOUR);
        app.tick(ScheduleName::SendScheduled).await;
        assert_eq!(mailed(&app, 2).await, addresses(21..=22));
        // Discord does not like the answer to the repetition.
        app.sim.take_complaints();
        app.end().await;
    }

    async fn a_long_sending_shows_how_far_it_is(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.world.edit_policy(app.team().await, "hourly_limit = 20", "hourly_limit = 1000").await;
        let report = handed(&ada, None, people(230)).await;
        let edits = || app.sim.requests().iter().filter(|request| request.method == "PATCH" && request.path.contains("@original")).count();
        let before = edits();
        let first = said(ada.click(&report, "Send 230 invitations").await);
        assert_eq!(mailed(&app, 230).await, addresses(1..=230));
        let end = async {
            loop {
                let now = ada.current(&first).await.expect("the message is there");
                if now.text().contains("230 invitations sent") { break }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), end).await.expect("the message changes to the end");
        assert_eq!(edits() - before, 230_usize.div_ceil(PART), "one for each part");
        app.end().await;
    }

    async fn whoever_scheduled_hears_once_of_those_left_out(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "owner").await;
        let report = handed(&bo, Some("viewer"), people(23)).await;
        said(bo.click(&report, "Send 20 now, schedule 3").await);
        mailed(&app, 20).await;
        let ask = said(ada.slash("/member role member:Bo role:member").await);
        said(ada.click(&ask, "Make Bo Member").await);
        let refused = said(bo.slash("/invite list status:scheduled").await);
        has(&refused.text(), &["Only Owners can send invitations"]);
        app.advance(HOUR);
        for _ in 0..2 {
            app.tick(ScheduleName::SendScheduled).await;
            app.advance(Duration::from_mins(1));
        }
        let messages = bo.direct_messages().await;
        assert_eq!(messages.len(), 1);
        has(&messages[0].text(), &["3 invitations could not be sent", "The 23 from your file are through; 3 were left out", "3 × whoever scheduled it may no longer offer this role"]);
        let list = said(ada.slash("/invite list status:not-sent").await);
        has(&list.text(), &["3 invitations could not be sent", "line 23 · Viewer · by Bo", "whoever scheduled it may no longer offer this role"]);
        let log = said(ada.slash("/activity log type:invitation.unsent").await);
        has(&log.text(), &["3 scheduled invitations could not be sent"]);
        app.end().await;
    }

    async fn names_and_seats_are_asked_for_as_the_rules_say(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.founder("company").await;
        let report = handed(&ada, None, "bo@example.net\n").await;
        has(&report.text(), &["Nobody in this file can be invited", "⛔ 1 without something that this team asks for", "first name"]);
        assert!(report.button("Send 1 invitation").is_none());
        let report = handed(&ada, Some("manager"), "phone,first name,LastName,email,note\n+49 30 1,Bo,Berg,bo@example.net,\"Hello,\nBo\"\n").await;
        said(ada.click(&report, "Send 1 invitation").await);
        let mail = app.mail_to("bo@example.net").await;
        has(&mail.text, &["as Manager", "Hello,"]);

        let (_, eve) = app.person("Eve", Permissions::MANAGE_GUILD);
        said(eve.slash("/team create name:Borealis preset:business").await);
        has(&handed(&eve, None, people(1)).await.text(), &["Upgrade to a Pro or Business plan"]);
        let teams = { let mut tx = app.world.db.read().await.expect("it opens"); muster_core::team::all_ids(&mut tx).await.expect("teams") };
        app.world.set_plan(teams[1], "pro").await;
        let report = handed(&eve, None, people(7)).await;
        has(&report.text(), &["Free seats\n4: whoever finds none"]);
        let sent = said(eve.click(&report, "Send 7 invitations").await);
        has(&sent.text(), &["⚠️ 4 invitations sent", "⛔ line 5 p5@example.net · no seat was left", "line 7"]);
        mailed(&app, 4).await;
        app.end().await;
    }

    async fn what_is_no_list_of_people_is_refused_with_what_to_do(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("Bo", "member").await;
        let (_, stranger) = app.person("Eve", Permissions::NONE);
        let before = written(&app.world).await;
        has(&handed(&stranger, None, people(1)).await.text(), &["NOT-LINKED"]);
        has(&handed(&bo, None, people(1)).await.text(), &["Only Owners can send invitations"]);
        has(&handed(&ada, Some("emperor"), people(1)).await.text(), &["This team has no role `emperor`"]);
        for (file, says) in [
            (String::new(), "nobody is in it"),
            ("ada@example.org,owner\n".to_owned(), "line 1 has several cells"),
            (people(1001), "more than 1000 lines"),
            ("x".repeat(300 * 1024), "more than 256 KiB"),
        ] {
            let refused = handed(&ada, None, file).await;
            has(&refused.text(), &[says, "⛔", "TEXT-BAD"]);
        }
        has(&handed(&ada, None, vec![0xff, 0xfe, 0x00]).await.text(), &["not text in UTF-8"]);
        has(&handed(&ada, None, "\0\u{1b}\"\n").await.text(), &["Nobody in this file can be invited"]);
        assert_eq!(written(&app.world).await, before);
        // A button that somebody made up, with the id of another draft.
        let review = app.review(&ada, "cy@example.org", "member").await;
        let send = review.button("Send 1 invitation").expect("a button").custom_id.clone().expect("an id");
        let forged = said(ada.forge_click(&review, &send.replace("|send|", "|bulk-send|")).await);
        has(&forged.text(), &["STALE"]);
        app.end().await;
    }

    async fn a_file_waits_for_its_team_and_speaks_german(world: World) {
        let app = TestApp::start(world).await;
        let (user, ada) = app.person("Ada", Permissions::MANAGE_GUILD);
        user.set_locale("de");
        for name in ["Aurora", "Borealis"] {
            said(ada.slash(&format!("/team create name:{name} preset:campaigns")).await);
        }
        // In another server nothing says which of the two is meant.
        let elsewhere = app.sim.guild("Elsewhere");
        elsewhere.join(&user, Permissions::NONE);
        let ada = app.sim.client(&user, &elsewhere, "general");
        let ask = handed(&ada, Some("viewer"), people(21)).await;
        let value = ask.select("Team wählen").expect("a choice").options[1].value.clone();
        let report = said(ada.select(&ask, "Team wählen", &[&value]).await);
        has(&report.text(), &["Borealis", "21 Personen aus dieser Datei einladen?", "20 sofort senden, 1 einplanen", "✅ 21 neu · Zeile 1 p1@example.net"]);
        has(&attached(&report).await, &["Zeile,E-Mail,Rolle,Ergebnis,Genaueres"]);
        let sent = said(ada.click(&report, "20 sofort senden, 1 einplanen").await);
        has(&sent.text(), &["20 gesendet, 1 eingeplant", "Eine wartet: 20 pro Stunde gehen hinaus"]);
        mailed(&app, 20).await;
        let list = said(ada.click(&sent, "Eingeplante ansehen").await);
        has(&list.text(), &["1 eingeplante Einladung", "Zeile 21 · Viewer · von Ada"]);
        app.end().await;
    }
}
