//! What people take away as files, and the log cut down to what they look for.

use std::time::Duration;

use discord_sim::Message;
use muster_core::both_dbs;
use serde_json::Value;

use crate::app::{TestApp, said};

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

/// The one file of a message: its name and its text.
pub async fn file(message: &Message) -> (String, String) {
    let [file] = message.attachments.as_slice() else {
        panic!("one file, not {:?}", message.attachments)
    };
    let answer = reqwest::get(&file.url).await.expect("Discord gives it out");
    (file.filename.clone(), answer.text().await.expect("text"))
}

both_dbs! {
    async fn the_members_are_taken_away_as_a_table_without_formulas(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let bo = app.seated("=Bo", "member").await;
        said(ada.slash("/member role member:=Bo role:viewer").await);
        has(&said(bo.slash("/member export").await).text(), &["NEED-ROLE"]);
        let card = said(ada.slash("/member export").await);
        has(&card.text(), &["2 members in a file"]);
        let (name, text) = file(&card).await;
        assert!(name.strip_prefix("members-").is_some_and(|rest| rest.strip_suffix(".csv").is_some()), "{name}");
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "email,name,role,status,joined,invited_by,last_active,discord_id");
        assert!(lines[1].starts_with(",Ada,Owner,active,"), "{}", lines[1]);
        assert!(lines[2].starts_with("'=bo@example.org,'=Bo,Viewer,active,"), "{}", lines[2]);
        assert!(lines[2].ends_with(&bo.user().id.to_string()));
        has(&said(ada.slash("/activity log type:team.exported").await).text(), &["1 entry", "Ada took the file"]);
        app.end().await;
    }

    async fn more_members_than_a_page_come_each_once(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.world.crowd(app.team().await, 1201).await;
        let (_, text) = file(&said(ada.slash("/member export").await)).await;
        let mut names: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(1).expect("a name")).collect();
        assert_eq!(names.len(), 1202);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 1202);
        app.end().await;
    }

    async fn the_log_is_taken_away_with_its_signatures(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        app.seated("Bo", "member").await;
        for role in ["viewer", "member"] {
            said(ada.slash(&format!("/member role member:Bo role:{role}")).await);
        }
        let card = said(ada.slash("/activity export format:JSON").await);
        has(&card.text(), &["3 log entries in a file"]);
        let (name, text) = file(&card).await;
        assert!(name.strip_prefix("activity-").is_some_and(|rest| rest.strip_suffix(".json").is_some()), "{name}");
        let log: Value = serde_json::from_str(&text).expect("JSON");
        let numbers: Vec<_> = log["entries"].as_array().expect("a list").iter().map(|entry| entry["number"].clone()).collect();
        assert_eq!(numbers, [3, 2, 1]);
        assert_eq!(log["last_number"], 3);
        assert_eq!(log["last_signature"], log["entries"][0]["signature"]);
        assert_eq!(log["whole"], true);
        assert_eq!(log["entries"][0]["kind"], "member.role_changed");
        has(log["entries"][0]["details"].as_str().expect("a text"), &["viewer"]);

        let (_, text) = file(&said(ada.slash("/activity export format:CSV").await)).await;
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5);
        has(lines[1], &["4,", "team.exported", "Ada"]);
        app.end().await;
    }

    async fn the_log_is_cut_down_to_what_one_looks_for(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        for name in ["Bo", "Cy"] {
            app.seated(name, "member").await;
        }
        for round in 0..6 {
            let role = if round % 2 == 0 { "viewer" } else { "member" };
            for name in ["Bo", "Cy"] {
                said(ada.slash(&format!("/member role member:{name} role:{role}")).await);
            }
        }
        app.advance(Duration::from_hours(48));
        for role in ["viewer", "member", "viewer", "member", "viewer", "member"] {
            said(ada.slash(&format!("/member role member:Bo role:{role}")).await);
        }
        let of_bo = said(ada.slash("/activity log member:Bo").await);
        has(&of_bo.text(), &["12 entries", "changed Bo"]);
        assert!(!of_bo.text().contains("Cy"), "{}", of_bo.text());
        // The filter stays on the next page, and beside another kind.
        let next = said(ada.click(&of_bo, "Next ›").await);
        has(&next.text(), &["12 entries", "changed Bo", "Page 2 of 2"]);
        assert!(!next.text().contains("Cy"), "{}", next.text());
        let joined = said(ada.select(&next, "Show only…", &["member.removed"]).await);
        has(&joined.text(), &["0 entries", "Bo"]);
        let recent = said(ada.slash("/activity log since:24h member:Bo type:member.role_changed").await);
        has(&recent.text(), &["6 entries", "Since"]);
        has(&said(ada.slash("/activity log since:7d").await).text(), &["19 entries"]);
        has(&said(ada.slash("/activity log since:24h").await).text(), &["6 entries"]);
        has(&said(ada.slash("/activity log since:24h type:member.role_changed").await).text(), &["6 entries"]);
        has(&said(ada.slash("/activity log since:soon").await).text(), &["TEXT-BAD", "write 7d, 24h"]);
        app.end().await;
    }
}
