//! The log taken away whole, by programs and at the page: of any length, with little memory, and no further than one may.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use futures::StreamExt;
use http_body_util::BodyExt;
use muster_core::activity::Kind;
use muster_core::both_dbs;
use muster_core::policy::Permission;
use serde_json::Value;
use tower::ServiceExt;

use super::program::Program;
use crate::web::tests::support::{Browser, site};

/// The answer to a program that takes the log away, still on its way.
async fn taking(site: &Router, key: &str, format: &str) -> Response<Body> {
    let request = Request::get(format!("/api/activity/export?format={format}")).header("x-api-key", key);
    site.clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn text(answer: Response<Body>) -> String {
    assert_eq!(answer.status(), 200);
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

both_dbs! {
    async fn the_whole_log_leaves_in_both_forms_and_that_is_logged(world: World) {
        let (ada, team) = world.founder(1, "=Ada", "Aurora", "campaigns").await;
        world.seated(team, 2, "Bo", "member").await;
        let (_, key) = world.api_key(ada, team, &[Permission::ActivityView]).await.unwrap();
        let before = world.log(team).await.len();
        let site = site(&world);
        let answer = taking(&site, &key, "json").await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(answer.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"activity-2026-11-22.json\"");
        assert!(answer.headers().contains_key("ratelimit"));
        let log: Value = serde_json::from_str(&text(answer).await).unwrap();
        assert_eq!((log["entries"].as_array().unwrap().len(), &log["whole"], &log["team_name"]), (before, &Value::from(true), &Value::from("Aurora")));
        assert_eq!(log["entries"][0]["signature"], log["last_signature"]);
        // Attack 74: a name that begins like a formula is text in the table.
        let table = text(taking(&site, &key, "csv").await).await;
        assert!(table.starts_with("\u{feff}number,at,kind,"), "{table}");
        assert_eq!(table.lines().count(), 1 + before + 1, "{table}");
        assert!(table.contains(",'=Ada,") && !table.contains(",=Ada"), "{table}");
        let noted = world.log(team).await;
        assert_eq!((noted[0].kind, noted[0].subject.as_str(), noted[0].api_key().as_deref()), (Kind::Exported, "activity-2026-11-22.csv", Some("Importer")));

        // The same at the page.
        world.joined(ada, team, "cy@example.org", "Cy", "owner").await;
        let mut cy = Browser::signed_in(&site, "cy@example.org", "password of Cy").await;
        let path = format!("/teams/{team}/activity");
        cy.get(&path).await.says(200, "Take the log away");
        let file = cy.post(&format!("{path}/export"), &[("format", "csv")]).await;
        assert_eq!((file.status.as_u16(), file.headers[header::CONTENT_TYPE].to_str().unwrap()), (200, "text/csv; charset=utf-8"));
        assert_eq!(file.body.lines().count(), world.log(team).await.len());
        cy.post(&format!("{path}/export"), &[("format", "pdf")]).await.says(422, "FORM-BAD");
    }

    async fn a_program_that_may_not_read_the_log_takes_nothing(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, key) = world.api_key(ada, team, &[Permission::MembersView]).await.unwrap();
        let program = Program::with(&world, &key);
        program.get("/api/activity/export?format=csv").await.refused(403, "NEED-ROLE");
        let program = Program::of(&world, ada, team).await;
        for bad in ["", "?format=pdf", "?format=csv&format=csv", "?format=csv&limit=1"] {
            program.get(&format!("/api/activity/export{bad}")).await.refused(400, "QUERY-BAD");
        }
        assert!(world.log(team).await.iter().all(|entry| entry.kind != Kind::Exported));
    }

    /// A long log comes page by page, as it is read, and ends for whoever may no longer read it.
    async fn a_long_log_comes_in_pieces_and_stops_when_the_key_is_revoked(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (key, secret) = world.api_key(ada, team, &[Permission::ActivityView]).await.unwrap();
        world.lengthen(team, 5_000).await;
        let site = site(&world);
        let whole = text(taking(&site, &secret, "csv").await).await;
        assert_eq!(whole.lines().count(), 1 + 5_000 + 2);
        let mut numbers: Vec<i64> = whole.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| a > b), "newest first, each once");
        assert_eq!(numbers.pop(), Some(1));

        let mut pieces = taking(&site, &secret, "json").await.into_body().into_data_stream();
        let mut most = 0;
        for _ in 0..3 {
            most = most.max(pieces.next().await.unwrap().unwrap().len());
        }
        assert!(most < 500 * 1024, "a piece is a page: {most}");
        world.revoke_key(ada, team, key.id).await.unwrap();
        assert!(pieces.next().await.unwrap().is_err(), "it breaks off, and is no whole document");
        assert!(pieces.next().await.is_none());
    }
}
