//! Attacks 21 and 25: bodies that say something else than was asked for.

use axum::body::Body;
use axum::http::{Method, Request};
use muster_core::both_dbs;
use serde_json::json;

use super::program::Program;
use super::refusals::routes;

both_dbs! {
    async fn a_body_says_what_was_asked_for_and_nothing_else(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        let path = "/api/team-members/invite";
        let send = |body: &str| { let (program, body) = (program.clone(), body.to_owned()); async move { program.send(Method::POST, path, &[], Some(body)).await } };
        for body in [
            r#"{"email":["a@example.org","b@example.org"]}"#, r#"{"email":{"a":1}}"#, r#"{"email":1}"#, r#"{"email":null}"#, "{}", "[]", "null", "1",
            r#"{"email":"a@example.org","email":"b@example.org"}"#, r#"{"email":"a@example.org","admin":true}"#,
            r#"{"email":"a@example.org","role":["owner"]}"#, r#"{"email":"a@example.org","team_id":"x"}"#, r#"{"email":"a@example.org","status":"accepted"}"#,
        ] {
            send(body).await.refused(422, "BODY-BAD");
        }
        for body in ["", "{", "{\"email\"", "email=a@example.org", "{'email':'a'}", "\u{feff}{}"] {
            send(body).await.refused(400, "JSON-BAD");
        }
        for (body, code) in [
            (r#"{"email":"a@example.org,b@example.org"}"#, "EMAIL-BAD"), (r#"{"email":"nonsense"}"#, "EMAIL-BAD"),
            ("{\"email\":\"a\\u0000@example.org\"}", "EMAIL-BAD"), (r#"{"email":"a@example.org","role":"king"}"#, "ROLE-UNKNOWN"),
            ("{\"email\":\"a@example.org\",\"role\":\"mem\\u0000ber\"}", "ROLE-UNKNOWN"),
        ] {
            send(body).await.refused(400, code);
        }
        send(&"[".repeat(60_000)).await.refused(400, "JSON-BAD");
        send(&format!("{{\"email\":\"{}\"}}", "a".repeat(70_000))).await.refused(413, "TOO-LARGE");
        assert_eq!(world.log(team).await.len(), 2, "nothing was changed");
    }

    async fn only_json_is_read(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")] {
            let mut request = Request::post("/api/team-members/invite").header("x-api-key", &program.key);
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let body = Body::from(r#"{"email":"a@example.org"}"#);
            program.raw(request.body(body).unwrap()).await.refused(415, "MEDIA-TYPE");
        }
        let request = Request::post("/api/team-members/invite").header("x-api-key", &program.key).header("content-type", "Application/JSON; charset=utf-8");
        program.raw(request.body(Body::from(r#"{"email":"a@example.org"}"#)).unwrap()).await.data(201);
    }

    /// Attack 25: nobody is given a role, and nothing another team, by a field that the request does not have; on every route.
    async fn a_role_is_smuggled_into_no_request(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let bo = world.seated(team, 2, "Bo", "member").await;
        let program = Program::of(&world, ada, team).await;
        let member = world.member(team, bo.account).await.id.to_string();
        let rules = program.get("/api/team/policy").await.data(200).clone();
        let mut tried = 0;
        for (method, path, body) in routes(&member) {
            let good = match (path.as_str(), body) {
                ("/api/team/policy", Some(_)) => rules.clone(),
                (_, body) => body.unwrap_or(json!({})),
            };
            for (field, value) in [("role", json!("owner")), ("status", json!("active")), ("top", json!(true)), ("team_id", json!("x")), ("account_id", json!("x"))] {
                let has_it = match path.as_str() {
                    "/api/team-members/invite" | "/api/invite-links" | "/api/team/policy" => field == "role",
                    path => method == Method::PATCH && path.starts_with("/api/team-members/") && field == "role",
                };
                let mut body = good.clone();
                if has_it || body.get(field).is_some() {
                    continue;
                }
                body[field] = value;
                program.send(method.clone(), &path, &[], Some(body.to_string())).await.refused(422, "BODY-BAD");
                tried += 1;
            }
        }
        assert!(tried > 100, "{tried}");
        assert_eq!(world.member(team, bo.account).await.role.as_str(), "member");
        assert_eq!(world.log(team).await.len(), 2, "nothing was changed");
    }
}
