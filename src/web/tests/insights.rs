//! The page of what a team's past adds up to, and its pictures.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use muster_core::both_dbs;
use tower::ServiceExt;

use super::support::{Browser, site};

both_dbs! {
    async fn the_page_shows_pictures_and_the_same_numbers(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        world.joined(ada, team, "olga@example.org", "Olga <b>", "owner").await;
        world.joined(ada, team, "vera@example.org", "Vera", "viewer").await;
        let site = site(&world);
        let path = format!("/teams/{team}/insights");
        let mut olga = Browser::signed_in(&site, "olga@example.org", "password of Olga <b>").await;
        let young = olga.get(&path).await;
        young.says(200, "Members now");
        young.says(200, "too little for a picture");
        assert_eq!(olga.get(&format!("{path}/growth.png")).await.status, 404);

        world.env.clock().advance(Duration::from_hours(24 * 6));
        let mut olga = Browser::signed_in(&site, "olga@example.org", "password of Olga <b>").await;
        let page = olga.get(&format!("{path}?range=7d")).await;
        page.says(200, &format!("src=\"{path}/growth.png?range=7d\" alt=\"Members. 3 members"));
        page.says(200, "aria-current=\"page\"");
        assert!(!page.body.contains("Olga <b>"), "{}", page.body);
        let cookie: Vec<_> = olga.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(format!("{path}/growth.png?range=7d")).header(header::COOKIE, cookie.join("; "));
        let answer = site.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()[header::CONTENT_TYPE]), (200, &"image/png".parse().unwrap()));
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        for wrong in ["growth", "growth.svg", "members.png", "..%2f.png"] {
            assert_eq!(olga.get(&format!("{path}/{wrong}")).await.status, 404, "{wrong}");
        }

        // Only for those who may, and nobody learns of teams of others.
        let mut vera = Browser::signed_in(&site, "vera@example.org", "password of Vera").await;
        assert_eq!(vera.get(&path).await.status, 403);
        assert_eq!(vera.get(&format!("{path}/growth.png")).await.status, 403);
        let denied = world.log(team).await;
        let denied = denied.iter().filter(|entry| entry.kind == muster_core::activity::Kind::AccessDenied);
        assert_eq!(denied.count(), 1, "both within an hour");
        let (_, other) = world.founder(9, "Eve", "Borealis", "campaigns").await;
        assert_eq!(olga.get(&format!("/teams/{other}/insights")).await.status, 404);
        assert_eq!(olga.get(&format!("/teams/{other}/insights/growth.png")).await.status, 404);
    }
}
