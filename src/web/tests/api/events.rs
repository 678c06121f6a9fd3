//! What the host product tells of its own things, and the reports that come of it.

use muster_core::both_dbs;
use muster_core::policy::Permission;
use serde_json::{Value, json};

use super::program::Program;

both_dbs! {
    /// Attacks 21 and 25, and 32 for whose doing it is said to be.
    async fn the_host_product_tells_what_happened_and_all_of_it_counts_or_none(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let (eve, _) = world.founder(9, "Eve", "Borealis", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let before = world.log(team).await.len();
        let path = "/api/activity";
        let events = json!({ "events": [
            { "type": "link.created", "account": bo.account.to_string(), "subject": "spring", "count": 3 },
            { "type": "link.created", "account": ada.account.to_string(), "subject": "spring", "at": "2026-11-21T10:00:00Z" },
            { "type": "page.viewed" },
        ] });
        let told = program.post_once("e-1", path, &events).await;
        assert_eq!(told.data(201), &json!({ "recorded": 3 }));
        assert_eq!(program.post_once("e-1", path, &events).await.json, told.json, "it counts once");
        let good = json!({ "type": "page.viewed" });
        for (bad, status, code) in [
            (json!({ "type": "member.removed" }), 400, "TEXT-BAD"),
            (json!({ "type": "policy.read" }), 400, "TEXT-BAD"),
            (json!({ "type": "Link" }), 400, "TEXT-BAD"),
            (json!({ "type": "a.b", "count": 0 }), 400, "TEXT-BAD"),
            (json!({ "type": "a.b", "subject": "a\u{0}b" }), 400, "TEXT-BAD"),
            (json!({ "type": "a.b", "at": "2024-01-01T00:00:00Z" }), 400, "TEXT-BAD"),
            (json!({ "type": "a.b", "at": "+099999-01-01T00:00:00Z" }), 400, "TEXT-BAD"),
            (json!({ "type": "a.b", "account": eve.account.to_string() }), 404, "NOT-FOUND"),
            (json!({ "type": "a.b", "account": "x" }), 422, "BODY-BAD"),
            (json!({ "type": "a.b", "count": -1 }), 422, "BODY-BAD"),
            (json!({ "type": "a.b", "team_id": "x" }), 422, "BODY-BAD"),
            (json!({ "type": ["a.b"] }), 422, "BODY-BAD"),
        ] {
            program.post(path, &json!({ "events": [good, bad] })).await.refused(status, code);
        }
        program.post(path, &json!({ "events": [] })).await.refused(400, "TEXT-BAD");
        program.post(path, &json!({ "events": vec![good; 101] })).await.refused(400, "TEXT-BAD");
        assert_eq!(world.log(team).await.len(), before, "they are no entries of the log");

        let features = program.get("/api/insights/features?range=7d").await;
        let features = features.data(200);
        assert_eq!((&features["events"], &features["types"], &features["created"]), (&json!(5), &json!(2), &json!(4)));
        assert_eq!(features["features"][0], json!({ "type": "link.created", "count": 4, "people": 2, "before": 0 }));
        assert_eq!(features["time"], json!({ "range": "7d", "from": "2026-11-16", "to": "2026-11-22", "step_days": 1 }));
        // 22 November 2026 is a Sunday.
        assert_eq!(features["created_by_weekday"], json!([0, 0, 0, 0, 0, 1, 3]));
    }

    async fn reports_are_those_that_people_see(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.joined(ada, team, "bo@example.org", "Bo", "member").await;
        world.invite(ada, team, "cy@example.org", "viewer").await.unwrap();
        let program = Program::of(&world, ada, team).await;
        let event = |account: &str| json!({ "type": "link.created", "account": account, "subject": "spring" });
        program.post("/api/activity", &json!({ "events": [event(&ada.account.to_string()), event(&bo.account.to_string())] })).await.data(201);
        let members = program.get("/api/insights/members").await;
        let members = members.data(200);
        assert_eq!((&members["members"], &members["joined"], &members["left"], &members["active"]), (&json!(2), &json!(2), &json!(0), &json!(2)));
        assert_eq!(members["most_active"][0]["name"], "Ada");
        let mut pair: Vec<_> = members["pairs"][0]["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        pair.sort_unstable();
        assert_eq!((pair.as_slice(), &members["pairs"][0]["subjects"]), (&["Ada", "Bo"][..], &json!(1)));
        assert_eq!(members["inviters"], json!([{ "name": "Ada", "joined": 1 }]));
        let roles: Vec<_> = members["roles"].as_array().unwrap().iter().map(|role| (role["role"].as_str().unwrap(), role["active"].as_i64().unwrap())).collect();
        assert_eq!(roles, [("owner", 1), ("member", 1), ("viewer", 0)]);
        let trends = program.get("/api/insights/trends?range=30d").await;
        assert_eq!((&trends.data(200)["now"]["events"], &trends.json["data"]["now"]["people"]), (&json!(2), &json!(2)));
        let invitations = program.get("/api/insights/invitations?range=1y").await;
        let told = invitations.data(200);
        assert_eq!((&told["sent"], &told["accepted"], &told["pending"], &told["median_minutes"]), (&json!(2), &json!(1), &json!(1), &json!(0)));
        for (report, bad) in [("members", "range=2d"), ("features", "range="), ("trends", "range=7d&range=7d"), ("invitations", "since=x")] {
            program.get(&format!("/api/insights/{report}?{bad}")).await.refused(400, "QUERY-BAD");
        }
        let (_, limited) = world.api_key(ada, team, &[Permission::ActivityView]).await.unwrap();
        Program::with(&world, &limited).get("/api/insights/trends").await.refused(403, "NEED-ROLE");
        // Another team's program sees nothing of it.
        let (eve, other) = world.founder(9, "Eve", "Borealis", "campaigns").await;
        let theirs = Program::of(&world, eve, other).await.get("/api/insights/features").await;
        assert_eq!(theirs.data(200)["events"], Value::from(0));
    }
}
