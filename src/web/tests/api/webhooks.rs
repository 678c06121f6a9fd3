//! Webhooks as programs make and look after them.

use muster_core::activity::Kind;
use muster_core::actor::Actor;
use muster_core::both_dbs;
use muster_core::ids::TeamId;
use muster_core::policy::Permission;
use muster_core::testing::World;
use muster_core::webhook::delivery;
use serde_json::json;

use super::program::Program;

const URL: &str = "https://hooks.example.org/muster?key=1";

/// So many tests of a webhook, a second apart.
async fn tests(world: &World, actor: Actor, team: TeamId, hook: &str, many: u64) {
    for _ in 0..many {
        world.env.clock().advance(std::time::Duration::from_secs(1));
        let mut tx = world.db.write().await.unwrap();
        let grant = actor.may(&mut tx, team, Permission::ApiKeysManage).await.unwrap();
        delivery::send_test(&mut tx, &world.env, &grant, hook.parse().unwrap())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

both_dbs! {
    async fn a_program_makes_a_webhook_and_sees_its_secret_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let path = "/api/webhooks";
        let wanted = json!({ "url": URL, "description": "CRM", "kinds": ["member.removed", "member.role_changed"] });
        let made = program.post_once("w-1", path, &wanted).await;
        let hook = made.data(201);
        assert!(hook["secret"].as_str().unwrap().starts_with("whsec_"), "{hook}");
        assert_eq!((&hook["state"], &hook["url"]), (&json!("on"), &json!(URL)));
        let kinds = hook["kinds"].as_array().unwrap();
        assert!(kinds.len() == 2 && kinds.iter().all(|kind| wanted["kinds"].as_array().unwrap().contains(kind)), "{hook}");
        assert_eq!(program.post_once("w-1", path, &wanted).await.json, made.json, "made once, and told again to whoever asked");
        let id = hook["id"].as_str().unwrap();
        let list = program.get(path).await;
        let shown = &list.data(200)[0];
        assert_eq!((list.json["data"].as_array().unwrap().len(), &shown["id"]), (1, &json!(id)));
        assert!(!list.json.to_string().contains("whsec_"), "{}", list.json);
        for (bad, status, code) in [
            (json!({ "url": "nonsense" }), 400, "TEXT-BAD"),
            (json!({ "url": "ftp://example.org" }), 400, "TEXT-BAD"),
            (json!({ "url": "https://ada:secret@example.org" }), 400, "TEXT-BAD"),
            (json!({ "url": "http://127.0.0.1/" }), 400, "TEXT-BAD"),
            (json!({ "url": URL, "description": "x".repeat(65) }), 400, "TEXT-BAD"),
            (json!({ "url": URL, "kinds": [] }), 400, "TEXT-BAD"),
            (json!({ "url": URL, "kinds": ["access.denied"] }), 422, "BODY-BAD"),
            (json!({ "url": URL, "kinds": "all" }), 422, "BODY-BAD"),
            (json!({ "url": [URL] }), 422, "BODY-BAD"),
            (json!({ "url": URL, "secret": "whsec_mine" }), 422, "BODY-BAD"),
            (json!({}), 422, "BODY-BAD"),
        ] {
            program.post(path, &bad).await.refused(status, code);
        }
        for _ in 1..10 {
            assert_eq!(program.post(path, &json!({ "url": URL })).await.data(201)["kinds"], json!(null));
        }
        program.post(path, &json!({ "url": URL })).await.refused(409, "WEBHOOK-LIMIT");
        let at = format!("{path}/{id}");
        assert_eq!(program.delete(&at).await.data(200)["id"], json!(id));
        program.delete(&at).await.refused(404, "NOT-FOUND");
        let log = world.log(team).await;
        assert_eq!((log[0].kind, log[0].api_key().as_deref(), log[0].subject.as_str()), (Kind::WebhookDeleted, Some("Importer"), "hooks.example.org"));
        assert_eq!(log.iter().filter(|entry| entry.kind == Kind::WebhookCreated).count(), 10);
    }

    async fn a_program_reads_what_was_sent_and_has_it_sent_again(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let made = program.post("/api/webhooks", &json!({ "url": URL })).await;
        let hook = made.data(201)["id"].as_str().unwrap().to_owned();
        tests(&world, ada, team, &hook, 5).await;
        let path = format!("/api/webhooks/{hook}/deliveries");
        let all = program.get(&path).await;
        let all = all.data(200).as_array().unwrap().clone();
        assert_eq!(all.len(), 5);
        assert_eq!((&all[0]["type"], &all[0]["status"], &all[0]["attempts"]), (&json!("webhook.test"), &json!("waiting"), &json!(0)));
        assert!(all[0]["created_at"].as_str() > all[4]["created_at"].as_str(), "newest first");
        let first = program.get(&format!("{path}?limit=3")).await;
        let cursor = first.json["next_cursor"].as_str().unwrap();
        let rest = program.get(&format!("{path}?limit=3&cursor={cursor}")).await;
        assert_eq!([first.data(200).as_array().unwrap().as_slice(), rest.data(200).as_array().unwrap()].concat(), all);
        // The cursor is of this webhook's list.
        let other = program.post("/api/webhooks", &json!({ "url": URL })).await.data(201)["id"].as_str().unwrap().to_owned();
        program.get(&format!("/api/webhooks/{other}/deliveries?cursor={cursor}")).await.refused(400, "QUERY-BAD");
        let message = all[2]["id"].as_str().unwrap();
        assert_eq!(program.post(&format!("{path}/{message}/resend"), &json!({})).await.data(200)["id"], json!(message));
        program.post(&format!("/api/webhooks/{other}/deliveries/{message}/resend"), &json!({})).await.refused(404, "NOT-FOUND");
    }
}
