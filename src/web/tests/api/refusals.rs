//! Who is not let in, what is not theirs, and how often is too often.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::policy::Permission;
use muster_core::testing::{End, World};
use serde_json::{Value, json};
use url::Url;

use super::program::Program;
use crate::web::tests::support::{HERE, send, site};
use crate::web::{Limits, Web, router};

/// Every route, with an id where one is asked for, and a body that could be good.
pub fn routes(id: &str) -> Vec<(Method, String, Option<Value>)> {
    let at = |path: &str| format!("{path}/{id}");
    vec![
        (Method::GET, "/api/team-members".to_owned(), None),
        (
            Method::POST,
            "/api/team-members/invite".to_owned(),
            Some(json!({ "email": "x@example.org" })),
        ),
        (Method::GET, at("/api/team-members"), None),
        (
            Method::PATCH,
            at("/api/team-members"),
            Some(json!({ "status": "deactivated" })),
        ),
        (Method::DELETE, at("/api/team-members"), None),
        (Method::GET, "/api/invitations".to_owned(), None),
        (Method::GET, at("/api/invitations"), None),
        (Method::POST, at("/api/invitations") + "/resend", None),
        (Method::DELETE, at("/api/invitations"), None),
        (Method::GET, "/api/invite-links".to_owned(), None),
        (Method::POST, "/api/invite-links".to_owned(), Some(json!({}))),
        (Method::DELETE, at("/api/invite-links"), None),
        (Method::GET, "/team/activity".to_owned(), None),
        (Method::GET, "/api/activity".to_owned(), None),
        (
            Method::POST,
            "/api/activity".to_owned(),
            Some(json!({ "events": [{ "type": "link.created" }] })),
        ),
        (Method::GET, "/api/activity/export?format=csv".to_owned(), None),
        (Method::GET, "/api/insights/members".to_owned(), None),
        (Method::GET, "/api/insights/features".to_owned(), None),
        (Method::GET, "/api/insights/trends".to_owned(), None),
        (Method::GET, "/api/insights/invitations".to_owned(), None),
        (Method::GET, "/api/webhooks".to_owned(), None),
        (
            Method::POST,
            "/api/webhooks".to_owned(),
            Some(json!({ "url": "https://hooks.example.org/" })),
        ),
        (Method::DELETE, at("/api/webhooks"), None),
        (Method::GET, at("/api/webhooks") + "/deliveries", None),
        (
            Method::POST,
            at(&(at("/api/webhooks") + "/deliveries")) + "/resend",
            None,
        ),
        (
            Method::POST,
            "/api/check".to_owned(),
            Some(json!({ "discord_user": "1", "permission": "x" })),
        ),
        (Method::GET, "/api/api-keys".to_owned(), None),
        (
            Method::POST,
            "/api/api-keys".to_owned(),
            Some(json!({ "name": "x", "permissions": ["members.view"] })),
        ),
        (Method::DELETE, at("/api/api-keys"), None),
        (Method::GET, "/api/team".to_owned(), None),
        (Method::GET, "/api/team/policy".to_owned(), None),
        (Method::PUT, "/api/team/policy".to_owned(), Some(json!({}))),
    ]
}

/// Nobody's id, nor anything's.
pub const NOBODY: &str = "01JZ0000000000000000000000";

both_dbs! {
    /// Attack 29: on every route.
    async fn without_a_key_that_is_good_nothing_is_answered(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let (key, revoked) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        world.revoke_key(ada, team, key.id).await.unwrap();
        let orphaned = world.whole_key(bo, team).await;
        world.end(ada, team, bo.account, End::Deactivate).await.unwrap();
        for (key, code) in [("", "KEY-UNKNOWN"), ("mstr_x", "KEY-UNKNOWN"), (&revoked, "KEY-REVOKED"), (&orphaned, "KEY-ORPHANED")] {
            for (method, path, body) in routes(NOBODY) {
                let answer = Program::with(&world, key).send(method, &path, &[], body.map(|body| body.to_string())).await;
                answer.refused(401, code);
                assert!(answer.headers.contains_key("www-authenticate") && !answer.headers.contains_key("ratelimit"));
            }
        }
        let bare = Request::get("/api/team").body(Body::empty()).unwrap();
        Program::with(&world, "x").raw(bare).await.refused(401, "KEY-MISSING");
        // One alarm for all of these.
        assert_eq!(world.log(team).await.iter().filter(|entry| entry.kind == Kind::ApiKeyRefused).count(), 1);
    }

    /// Attack 28: on every route.
    async fn a_key_that_carries_nothing_of_use_is_refused(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, key) = world.api_key(ada, team, &[Permission::TeamDelete]).await.unwrap();
        for (method, path, body) in routes(NOBODY) {
            let body = if path == "/api/team/policy" && body.is_some() {
                Some(Program::of(&world, ada, team).await.get(&path).await.data(200).clone())
            } else { body };
            let answer = Program::with(&world, &key).send(method, &path, &[], body.map(|body| body.to_string())).await;
            if path == "/api/team" {
                answer.data(200);
            } else {
                answer.refused(403, "NEED-ROLE");
            }
        }
    }

    /// What a program is refused is in the log, once an hour, with its key; and nothing else is.
    async fn what_a_program_is_refused_is_in_the_log(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let bo = world.seated(team, 2, "Bo", "owner").await;
        let (_, limited) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        let demoted = world.whole_key(bo, team).await;
        world.change_role(ada, team, bo.account, "viewer").await.unwrap();
        let before = world.log(team).await.len();
        for _ in 0..3 {
            Program::with(&world, &limited).post("/api/team-members/invite", &json!({ "email": "cy@example.org" })).await.refused(403, "NEED-ROLE");
            Program::with(&world, &demoted).get("/api/api-keys").await.refused(403, "NEED-ROLE");
        }
        let log = world.log(team).await;
        let new: Vec<_> = log[..log.len() - before].iter().map(|entry| (entry.kind, entry.subject.as_str(), entry.actor_name.as_str(), entry.api_key())).collect();
        let key = || Some("Importer".to_owned());
        assert_eq!(new, [(Kind::AccessDenied, "api_keys.manage", "Bo", key()), (Kind::AccessDenied, "members.invite", "Ada", key())]);
    }

    /// Attack 28: a key invites nobody to a role that its maker may not offer.
    async fn a_limited_key_invites_no_owner(world: World) {
        let (_, team) = world.founder(1, "Ada", "Aurora", "business").await;
        world.set_plan(team, "pro").await;
        let bo = world.seated(team, 2, "Bo", "admin").await;
        let program = Program::of(&world, bo, team).await;
        program.post("/api/team-members/invite", &json!({ "email": "cy@example.org", "role": "owner" })).await.refused(403, "NEED-ROLE");
        program.post("/api/team-members/invite", &json!({ "email": "cy@example.org", "role": "member" })).await.data(201);
    }

    /// Attack 30: the ids of one team lead nowhere in another, on every route that takes one.
    async fn ids_of_another_team_are_not_there(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "workspace").await;
        let (eve, borealis) = world.founder(2, "Eve", "Borealis", "workspace").await;
        let hers = world.invite(eve, borealis, "cy@example.org", "member").await.unwrap().id.to_string();
        let member = world.member(borealis, eve.account).await.id.to_string();
        let link = world.link(eve, borealis, muster_core::invite_link::NewLink::default()).await.unwrap().id.to_string();
        let key = world.api_key(eve, borealis, &[Permission::MembersView]).await.unwrap().0.id.to_string();
        let program = Program::of(&world, ada, aurora).await;
        let mut tried = 0;
        let made = Program::of(&world, eve, borealis).await.post("/api/webhooks", &json!({ "url": "https://hooks.example.org/" })).await;
        let hook = made.data(201)["id"].as_str().unwrap().to_owned();
        let before = world.log(borealis).await.len();
        for id in [&hers, &member, &link, &key, &hook, NOBODY, "zz", "%00", "..%2f", "%ff"] {
            for (method, path, body) in routes(id).into_iter().filter(|(_, path, _)| path.contains(id)) {
                let answer = program.send(method, &path, &[], body.map(|body| body.to_string())).await;
                answer.refused(404, "NOT-FOUND");
                tried += 1;
            }
        }
        assert_eq!(tried, 10 * 11);
        assert_eq!(program.get(&format!("/team/activity?member={member}")).await.data(200), &json!([]));
        assert_eq!(world.log(borealis).await.len(), before);
    }

    async fn what_is_no_route_is_a_problem_too(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let program = Program::of(&world, ada, team).await;
        program.get("/api/nothing").await.refused(404, "NOT-FOUND");
        program.post("/api/nothing", &json!({})).await.refused(404, "NOT-FOUND");
        program.delete("/api/team").await.refused(405, "METHOD");
        let preflight = program.send(Method::OPTIONS, "/api/team-members/invite", &[("origin", "https://elsewhere.example"), ("access-control-request-method", "POST")], None).await;
        preflight.refused(405, "METHOD");
        assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    }

    /// Attack 71: whatever address a request says it comes from, however many processes there are.
    async fn a_key_that_asks_too_often_waits_for_the_next_minute(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let key = world.whole_key(ada, team).await;
        let replica = || router(Web {
            db: world.db.clone(), env: world.env.clone(), public_url: Url::parse(HERE).unwrap(), discord: None, trusted_proxies: Vec::new(), figures: None,
            limits: Limits { reads: 30, changes: 5 },
        });
        let sites = [replica(), replica(), replica()];
        let ask = |n: usize, method: &str| {
            let request = Request::builder().method(method).uri(if method == "GET" { "/api/team" } else { "/api/api-keys/x" })
                .header("x-api-key", &key).header("x-forwarded-for", format!("203.0.113.{n}"));
            send(&sites[n % 3], request.body(Body::empty()).unwrap())
        };
        let mut answered = 0;
        for n in 0..40 {
            let answer = ask(n, "GET").await;
            assert!(answer.headers.contains_key("ratelimit-policy"), "{:?}", answer.headers);
            match answer.status.as_u16() {
                200 => answered += 1,
                429 => {
                    assert_eq!(answer.headers["retry-after"], "61");
                    assert_eq!(answer.headers["ratelimit"], "\"reads\";r=0;t=61");
                    assert!(answer.body.contains("\"RATE\""), "{}", answer.body);
                }
                other => panic!("{other}"),
            }
        }
        // What a process took and did not use is lost for this minute; it is never the other way round.
        assert!((28..=30).contains(&answered), "{answered}");
        // A restart gives nothing back, and refused requests count.
        assert_eq!(send(&replica(), Request::get("/api/team").header("x-api-key", &key).body(Body::empty()).unwrap()).await.status, 429);
        let mut refused = 0;
        for n in 0..20 {
            refused += usize::from(ask(n, "DELETE").await.status == 429);
        }
        assert_eq!(refused, 15);
        world.env.clock().advance(Duration::from_mins(1));
        assert_eq!(ask(0, "GET").await.status, 200);
    }
}

#[tokio::test]
async fn what_is_written_down_is_served_without_a_key() {
    let world = World::sqlite().await;
    let site = site(&world);
    let json = send(
        &site,
        Request::get("/api/openapi.json").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(
        (
            json.status.as_u16(),
            json.headers["content-type"].to_str().unwrap()
        ),
        (200, "application/json")
    );
    let document: Value = serde_json::from_str(&json.body).unwrap();
    // Both ways: what is tried above is written down, and what is written down is tried above.
    let mut written: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| {
                format!("{} {}", method.to_uppercase(), path.replace("{delivery}", "{id}"))
            })
        })
        .collect();
    let mut tried: Vec<String> = routes("{id}")
        .into_iter()
        .map(|(method, path, _)| format!("{method} {}", path.split('?').next().unwrap_or_default()))
        .collect();
    written.sort();
    tried.sort();
    assert_eq!(written, tried);
    let page = send(&site, Request::get("/api/docs").body(Body::empty()).unwrap()).await;
    page.says(200, "POST /api/team-members/invite");
    assert!(!page.body.contains("<script") && !page.body.contains("//cdn"));
}
