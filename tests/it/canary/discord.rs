//! Somebody is invited in Discord, accepts by the mail, and links Discord.

use discord_sim::Person;
use smtp_sink::Mail;

use super::FIRST;
use super::scene::Scene;
use super::secret::Secret;
use crate::app::{link, said};
use crate::browser::Browser;

/// Whoever is left in the end.
pub struct Team {
    /// Who founded it.
    pub ada: Person,
    /// Who was invited.
    pub bo: Person,
    /// The browser that Bo is signed in on.
    pub browser: Browser,
}

/// The last part of the first link in a mail that leads below a path.
pub fn token(mail: &Mail, below: &str) -> (String, String) {
    let links = mail.links();
    let found = links.iter().find(|link| link.contains(below));
    let found = found.unwrap_or_else(|| panic!("no {below} in {}", mail.text));
    let token = found.split(below).nth(1).expect("it has one");
    (found.clone(), token.split('/').next().expect("a part").to_owned())
}

/// What follows a name in a text, up to what ends it.
pub fn after<'a>(text: &'a str, name: &str, end: &[char]) -> &'a str {
    let (_, rest) = text
        .split_once(name)
        .unwrap_or_else(|| panic!("no {name} in {text}"));
    rest.split(end).next().unwrap_or_default()
}

/// The way of an owner into the team.
pub async fn invited(scene: &Scene, secrets: &mut Vec<Secret>) -> Team {
    let ada = scene.person("Ada");
    said(ada.slash("/team create name:Aurora preset:campaigns").await);
    let form = ada.slash("/invite email role:owner").await.expect("a form");
    let form = form.modal().expect("a form opens").clone();
    let review = said(
        ada.submit(&form, &[("Email addresses", "canary.bo@example.org")])
            .await,
    );
    said(ada.click(&review, "Send 1 invitation").await);
    let mail = scene.mail_to("canary.bo@example.org", "Aurora").await;
    let (_, invited) = token(&mail, "/i/");
    secrets.push(
        Secret::new("a mailed invitation", invited).mailed(|mail| mail.to == ["canary.bo@example.org"]),
    );
    let browser = scene.browser();
    let page = browser.open(&link(&mail)).await;
    let page = page
        .submit("Create account & join", &[("name", "Bo"), ("password", FIRST)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let bo = scene.person("Bo");
    let card = said(bo.slash("/link").await);
    let address = card.link("Link my account").expect("a link button").to_owned();
    secrets.push(Secret::new("a nonce of linking", address.rsplit('/').next().expect("a part")).shown());
    let leaving = browser
        .open(&address)
        .await
        .submit("Continue to Discord", &[])
        .await
        .away();
    secrets.push(
        Secret::new("a state", after(&leaving, "state=", &['&']))
            .brought_by(|exchange| exchange.is_of("POST /link/")),
    );
    let back = scene
        .sim
        .authorize(bo.user(), &leaving)
        .await
        .expect("Discord agrees");
    secrets.push(Secret::new("a code of Discord's", after(&back, "code=", &['&'])));
    let confirm = browser.open(&back).await;
    let (action, _) = confirm.form("Link these two").expect("the page that asks");
    let confirming = after(&action, "/link/", &['/']).to_owned();
    secrets.push(
        Secret::new("a second nonce of linking", confirming)
            .brought_by(|exchange| exchange.is_of("GET /oauth/")),
    );
    assert!(
        confirm
            .submit("Link these two", &[])
            .await
            .text()
            .contains("linked")
    );
    scene.mail_to("canary.bo@example.org", "@bo").await;
    Team { ada, bo, browser }
}
