//! Lists from end to end, the log, and what may be asked about somebody.

use std::collections::BTreeSet;

use muster_core::both_dbs;
use muster_core::policy::Permission;
use muster_core::testing::End;
use serde_json::{Value, json};

use super::program::Program;

/// Reads a list to its end, in stretches of `limit`; each thing by a field.
async fn whole(program: &Program, path: &str, limit: u32, field: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = String::new();
    let joint = if path.contains('?') { '&' } else { '?' };
    loop {
        let answer = program.get(&format!("{path}{joint}limit={limit}{next}")).await;
        let rows = answer.data(200).as_array().unwrap();
        assert!(rows.len() <= limit as usize);
        found.extend(rows.iter().map(|row| row[field].to_string()));
        match &answer.json["next_cursor"] {
            Value::String(cursor) => next = format!("&cursor={cursor}"),
            _ => return found,
        }
    }
}

both_dbs! {
    async fn lists_are_read_to_their_end_without_gap_or_repetition(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.crowd(team, 25).await;
        world.guests(team, ada.account, 25).await;
        let program = Program::of(&world, ada, team).await;
        for (path, field, many) in [
            ("/api/team-members", "id", 26),
            ("/api/team-members?role=member", "id", 25),
            ("/api/invitations", "id", 25),
            ("/api/invitations?status=expired", "id", 0),
            ("/team/activity", "seq", 2),
            ("/api/activity?type=api_key.created", "seq", 1),
            ("/api/api-keys", "id", 1),
        ] {
            let at_once = whole(&program, path, 200, field).await;
            assert_eq!(at_once.len(), many, "{path}");
            assert_eq!(whole(&program, path, 7, field).await, at_once, "{path}");
            assert_eq!(at_once.iter().collect::<BTreeSet<_>>().len(), many, "{path}");
        }
        // What goes meanwhile shifts nothing.
        let first = program.get("/api/team-members?limit=10").await;
        let gone = first.data(200)[3]["id"].as_str().unwrap();
        program.delete(&format!("/api/team-members/{gone}")).await.data(200);
        let next = program.get(&format!("/api/team-members?limit=10&cursor={}", first.json["next_cursor"].as_str().unwrap())).await;
        assert_eq!(next.data(200)[0]["name"], "Person 00010");
    }

    async fn a_member_is_shown_with_what_the_key_may_see(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        let program = Program::of(&world, ada, team).await;
        let list = program.get("/api/team-members").await;
        let bo = &list.data(200)[1];
        assert_eq!((&bo["name"], &bo["email"], &bo["status"], &bo["invited_by"]), (&json!("Bo"), &json!("bo@example.org"), &json!("active"), &json!("Ada")));
        assert_eq!((&bo["invited_at"], &bo["discord_user_id"]), (&json!("2026-11-22T09:00:00Z"), &json!(null)));
        assert_eq!((&list.json["data"][0]["discord_user_id"], &list.json["data"][0]["invited_at"]), (&json!("1"), &json!(null)));
        let (_, limited) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        let limited = Program::with(&world, &limited).get("/api/team-members").await;
        assert_eq!(limited.data(200)[1]["email"], json!(null));
    }

    async fn the_log_says_who_did_what_with_which_key(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let member = world.member(team, bo.account).await.id;
        let program = Program::of(&world, ada, team).await;
        program.patch(&format!("/api/team-members/{member}"), &json!({ "role": "viewer" })).await.data(200);
        let log = program.get(&format!("/team/activity?member={member}")).await;
        let entry = &log.data(200)[0];
        assert_eq!((&entry["type"], &entry["surface"], &entry["subject"]), (&json!("member.role_changed"), &json!("api"), &json!("Bo")));
        assert_eq!((&entry["actor"]["name"], &entry["api_key"]["name"]), (&json!("Ada"), &json!("Importer")));
        assert_eq!((&entry["details"]["from"], &entry["details"]["to"]), (&json!("member"), &json!("viewer")));
        assert_eq!(log.json, program.get(&format!("/api/activity?member={member}")).await.json);
        let none = ["since=2026-11-22T09:00:01Z", "until=2026-11-22T09:00:00Z", "type=member.left"];
        for filter in none {
            assert_eq!(program.get(&format!("/team/activity?{filter}")).await.data(200), &json!([]), "{filter}");
        }
        for bad in ["type=nothing", "since=yesterday", "until=-1", "member=bo", "limit=0", "limit=201", "limit=x", "cursor=garbage", "cursor=", "page=1", "limit=1&limit=2"] {
            program.get(&format!("/team/activity?{bad}")).await.refused(400, "QUERY-BAD");
        }
        let other = program.get("/team/activity?limit=1").await;
        let cursor = other.json["next_cursor"].as_str().unwrap();
        program.get(&format!("/api/activity?type=member.left&cursor={cursor}")).await.refused(400, "QUERY-BAD");
    }

    async fn the_host_product_asks_who_may_do_what(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "viewer").await;
        let (_, key) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        let program = Program::with(&world, &key);
        let ask = |question: Value| { let program = program.clone(); async move { program.post("/api/check", &question).await } };
        let says = |allowed: bool, role: Value, status: &str| json!({ "success": true, "allowed": allowed, "role": role, "status": status });
        assert_eq!(ask(json!({ "email": "Bo@Example.org", "permission": "reports.view" })).await.json, says(true, json!("viewer"), "active"));
        assert_eq!(ask(json!({ "account": bo.account.to_string(), "permission": "sending" })).await.json, says(false, json!("viewer"), "active"));
        assert_eq!(ask(json!({ "discord_user": "1", "permission": "members.remove" })).await.json, says(true, json!("owner"), "active"));
        assert_eq!(ask(json!({ "email": "cy@example.org", "permission": "reports.view" })).await.json, says(false, json!(null), "none"));
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        assert_eq!(ask(json!({ "email": "bo@example.org", "permission": "reports.view" })).await.json, says(false, json!("viewer"), "deactivated"));
        world.end(ada, team, bo.account, End::Remove).await.unwrap();
        assert_eq!(ask(json!({ "email": "bo@example.org", "permission": "reports.view" })).await.json, says(false, json!(null), "removed"));
        for bad in [json!({ "permission": "x" }), json!({ "email": "a@b.example", "account": "x", "permission": "x" }), json!({ "discord_user": "-1", "permission": "x" }), json!({ "account": "x", "permission": "x" })] {
            ask(bad).await.refused(422, "BODY-BAD");
        }
    }
}
