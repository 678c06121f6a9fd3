//! What programs change, once, and what they are told.

use std::time::Duration;

use futures::future::join_all;
use muster_core::activity::{Kind, Surface};
use muster_core::both_dbs;
use muster_core::policy::Permission;
use serde_json::json;

use super::program::Program;

both_dbs! {
    async fn a_program_invites_and_looks_after_the_invitation(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let made = program.post("/api/team-members/invite", &json!({ "email": "bo@example.org", "role": "member", "note": "Hi" })).await;
        let data = made.data(201);
        assert_eq!(made.json["emailSent"], true);
        assert_eq!((&data["status"], &data["role"], &data["email"]), (&json!("pending"), &json!("member"), &json!("bo@example.org")));
        assert_eq!(data["expires_at"], "2026-11-29T09:00:00Z");
        let (id, token) = (data["id"].as_str().unwrap(), data["token"].as_str().unwrap());
        assert_eq!(token.len(), 43);
        let path = format!("/api/invitations/{id}");
        let shown = program.get(&path).await;
        assert_eq!(shown.data(200)["delivery"]["status"], "queued");
        assert_eq!((&shown.json["data"]["note"], &shown.json["data"]["invited_by"]), (&json!("Hi"), &json!("Ada")));
        program.post(&format!("{path}/resend"), &json!({})).await.refused(429, "COOLDOWN");
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(program.post(&format!("{path}/resend"), &json!({})).await.data(200)["token"], token);
        assert_eq!(program.delete(&path).await.data(200)["status"], "revoked");
        program.delete(&path).await.refused(409, "REVOKED");
        let log = world.log(team).await;
        let kinds: Vec<_> = log.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::InvitationRevoked, Kind::InvitationResent, Kind::InvitationSent, Kind::ApiKeyCreated, Kind::TeamCreated]);
        assert!(log[..3].iter().all(|entry| entry.surface == Surface::Api && entry.api_key().as_deref() == Some("Importer")));
    }

    async fn a_program_changes_members_within_the_rules_of_the_team(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let program = Program::of(&world, ada, team).await;
        let at = |id| format!("/api/team-members/{id}");
        let (ada_at, bo_at) = (at(world.member(team, ada.account).await.id), at(world.member(team, bo.account).await.id));
        assert_eq!(program.patch(&bo_at, &json!({ "role": "viewer", "reason": "less" })).await.data(200)["role"], "viewer");
        program.patch(&bo_at, &json!({ "role": "viewer" })).await.refused(409, "SAME-ROLE");
        program.patch(&bo_at, &json!({ "role": "king" })).await.refused(400, "ROLE-UNKNOWN");
        program.patch(&ada_at, &json!({ "role": "viewer" })).await.refused(409, "OWN-ROLE");
        assert_eq!(program.patch(&bo_at, &json!({ "status": "deactivated" })).await.data(200)["status"], "deactivated");
        program.patch(&bo_at, &json!({ "status": "deactivated" })).await.refused(409, "NOT-ACTIVE");
        assert_eq!(program.patch(&bo_at, &json!({ "status": "active" })).await.data(200)["status"], "active");
        program.patch(&bo_at, &json!({})).await.refused(422, "BODY-BAD");
        program.patch(&bo_at, &json!({ "status": "active", "role": "member" })).await.refused(422, "BODY-BAD");
        program.delete(&ada_at).await.refused(409, "SELF-REMOVE");
        assert_eq!(program.delete(&bo_at).await.data(200)["status"], "removed");
        program.get(&bo_at).await.refused(404, "NOT-FOUND");
        program.delete(&bo_at).await.refused(404, "NOT-FOUND");
    }

    async fn a_program_makes_and_disables_links(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let program = Program::of(&world, ada, team).await;
        let made = program.post("/api/invite-links", &json!({ "expires": "1d", "max_uses": 5, "domains": ["example.org"] })).await;
        let link = made.data(201);
        assert_eq!((&link["state"], &link["role"], &link["max_uses"]), (&json!("live"), &json!("member"), &json!(5)));
        let url = link["url"].as_str().unwrap();
        assert!(url.starts_with("http://muster.test/join/"), "{url}");
        let path = format!("/api/invite-links/{}", link["id"].as_str().unwrap());
        let ended = program.delete(&path).await;
        assert_eq!((&ended.data(200)["state"], &ended.json["data"]["url"]), (&json!("disabled"), &json!(null)));
        program.delete(&path).await.refused(409, "LINK-DISABLED");
        program.post("/api/invite-links", &json!({ "expires": "9d" })).await.refused(400, "TEXT-BAD");
        assert_eq!(program.get("/api/invite-links").await.data(200).as_array().unwrap().len(), 1);
    }

    async fn a_program_makes_a_key_with_less_and_revokes_itself(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let wanted = json!({ "name": "Reader", "permissions": ["members.view", "api_keys.manage"], "expires_at": "2026-12-01T00:00:00Z" });
        let made = program.post("/api/api-keys", &wanted).await;
        let data = made.data(201);
        let child = Program::with(&world, data["key"].as_str().unwrap());
        assert_eq!((&data["state"], &data["created_by"]), (&json!("live"), &json!("Ada")));
        child.get("/api/team-members").await.data(200);
        child.get("/api/invitations").await.refused(403, "NEED-ROLE");
        child.post("/api/api-keys", &json!({ "name": "More", "permissions": ["members.invite"] })).await.refused(403, "NEED-ROLE");
        program.post("/api/api-keys", &json!({ "name": "Odd", "permissions": ["everything"] })).await.refused(422, "BODY-BAD");
        let list = child.get("/api/api-keys").await;
        assert!(list.data(200).as_array().unwrap().iter().all(|key| key.get("key").is_none()), "{}", list.json);
        child.delete(&format!("/api/api-keys/{}", data["id"].as_str().unwrap())).await.data(200);
        child.get("/api/team-members").await.refused(401, "KEY-REVOKED");
    }

    async fn a_program_reads_and_changes_the_rules(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let shown = program.get("/api/team").await;
        assert_eq!((&shown.data(200)["name"], &shown.json["data"]["seats"]["members"]), (&json!("Aurora"), &json!(1)));
        let mut rules = program.get("/api/team/policy").await.data(200).clone();
        let put = |body: String| program.send(axum::http::Method::PUT, "/api/team/policy", &[], Some(body));
        put(rules.to_string()).await.refused(409, "UNCHANGED");
        rules["invitation"]["lifetime_days"] = json!(3);
        put(rules.to_string()).await.data(200);
        assert_eq!(world.policy(team).await.invitation().lifetime_days, 3);
        rules["role"] = json!([]);
        put(rules.to_string()).await.refused(400, "TEXT-BAD");
        rules["extra"] = json!(1);
        put(rules.to_string()).await.refused(422, "BODY-BAD");
    }

    /// The same request is done once, however often it comes and however much at once.
    async fn a_request_with_a_name_is_done_once(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let bo = json!({ "email": "bo@example.org" });
        let first = program.post_once("n-1", "/api/team-members/invite", &bo).await;
        let again = program.post_once("n-1", "/api/team-members/invite", &bo).await;
        assert_eq!((first.status, &first.json), (again.status, &again.json));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        // Another body, and another route.
        program.post_once("n-1", "/api/team-members/invite", &json!({ "email": "cy@example.org" })).await.refused(422, "IDEMPOTENCY");
        program.post_once("n-1", "/api/invite-links", &bo).await.refused(422, "BODY-BAD");
        program.post_once("no good", "/api/team-members/invite", &bo).await.refused(400, "IDEMPOTENCY-BAD");
        let key = json!({ "name": "K", "permissions": ["members.view"] });
        let made = join_all((0..20).map(|_| program.post_once("n-2", "/api/api-keys", &key))).await;
        let secrets: std::collections::BTreeSet<_> = made.iter().map(|answer| answer.data(201)["key"].to_string()).collect();
        assert_eq!(secrets.len(), 1);
        assert_eq!(world.log(team).await.iter().filter(|entry| entry.kind == Kind::ApiKeyCreated).count(), 2);
        // What is refused is not kept: nothing was done.
        program.post_once("n-3", "/api/team-members/invite", &bo).await.refused(429, "COOLDOWN");
        world.env.clock().advance(Duration::from_mins(1));
        program.post_once("n-3", "/api/team-members/invite", &bo).await.data(201);
        // Another key's names are its own.
        let (_, other) = world.api_key(ada, team, &[Permission::MembersInvite]).await.unwrap();
        Program::with(&world, &other).post_once("n-1", "/api/team-members/invite", &json!({ "email": "dee@example.org" })).await.data(201);
        assert_eq!(world.traces(first.json["data"]["token"].as_str().unwrap()).await, Vec::<String>::new());
    }
}
