//! A key, shown, rotated and used, and what programs are given.

use serde_json::json;

use super::discord::{Team, after, token};
use super::scene::Scene;
use super::secret::Secret;
use crate::app::said;

/// What stands before the secret of a key: `mstr_`, its id, and a line.
const PREFIX: usize = 5 + 26 + 1;

/// What Bo does with keys, in Discord, on pages and by programs. Answers the key that works at the end.
pub async fn keyed(scene: &Scene, team: &Team, secrets: &mut Vec<Secret>) -> String {
    let Team { bo, browser, .. } = team;
    let made = said(
        bo.slash("/apikey create name:Canary permissions:all ends:In 30 days")
            .await,
    );
    let page = browser.open(made.link("Show the secret").expect("a link")).await;
    let shown = page.submit("Show the secret", &[]).await;
    let first = after(&shown.body, "id=\"secret\">", &['<']).to_owned();
    let rotate = said(bo.slash("/apikey rotate key:Canary").await);
    let page = browser.open(rotate.link("Open the page").expect("a link")).await;
    let asked = browser.open(&format!("{}/rotate", page.url.path())).await;
    let shown = asked.submit("Make a new secret", &[]).await;
    let second = after(&shown.body, "id=\"secret\">", &['<']).to_owned();
    assert_ne!(first, second);
    for key in [&first, &second] {
        assert_eq!(scene.ask(key, "/api/team", None).await["data"]["name"], "Aurora");
        let secret = &key[PREFIX..];
        secrets.push(Secret::new("an API key", secret).brought_by(|exchange| exchange.is_of("POST /teams/")));
    }
    let wrong = format!("{}canaryWRONGcanaryWRONGcanaryWRONGcanaryWRON", &second[..PREFIX]);
    assert_eq!(scene.ask(&wrong, "/api/team", None).await["code"], "KEY-UNKNOWN");
    secrets.push(Secret::new("a wrong API key", "canaryWRONGcanaryWRONG"));
    let invite = json!({ "email": "canary.cy@example.org", "role": "member" });
    for _ in 0..2 {
        let told = scene
            .ask(&second, "/api/team-members/invite", Some(&invite))
            .await;
        let text = told["data"]["token"].as_str().expect("a token").to_owned();
        secrets.push(
            Secret::new("a program's invitation", text)
                .brought_by(|exchange| exchange.is_of("POST /api/team-members/invite")),
        );
    }
    let (_, mailed) = token(&scene.mail_to("canary.cy@example.org", "").await, "/i/");
    secrets
        .push(Secret::new("a mailed invitation", mailed).mailed(|mail| mail.to == ["canary.cy@example.org"]));
    let hook = json!({ "url": "https://hooks.invalid/canary-path-of-a-receiver" });
    let made = scene.ask(&second, "/api/webhooks", Some(&hook)).await;
    let secret = made["data"]["secret"]
        .as_str()
        .unwrap_or_else(|| panic!("{made}"))
        .to_owned();
    secrets.push(
        Secret::new("a webhook's secret", secret).brought_by(|exchange| exchange.is_of("POST /api/webhooks")),
    );
    second
}
