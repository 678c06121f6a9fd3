//! A wrong password, a right one, and one that is forgotten; another address.

use super::discord::{Team, token};
use super::scene::Scene;
use super::secret::Secret;
use super::{FIRST, SECOND, WRONG};

/// What Bo does on pages of their own. A new password ends the session that they had.
pub async fn forgetful(scene: &Scene, team: &mut Team, secrets: &mut Vec<Secret>) {
    let other = scene.browser();
    for (password, status) in [(WRONG, 422), (FIRST, 200)] {
        let page = other.open("/login").await;
        let page = page
            .submit(
                "Sign in",
                &[("email", "canary.bo@example.org"), ("password", password)],
            )
            .await;
        assert_eq!(page.status, status, "{}", page.text());
    }
    let forgetful = scene.browser();
    forgetful
        .open("/forgot")
        .await
        .submit("Send me the link", &[("email", "canary.bo@example.org")])
        .await;
    let mail = scene
        .mail_to("canary.bo@example.org", "Choose a new password")
        .await;
    let (reset, text) = token(&mail, "/reset/");
    secrets.push(
        Secret::new("a reset link", text).mailed(|mail| mail.subject.contains("Choose a new password")),
    );
    let page = forgetful
        .open(&reset)
        .await
        .submit("Change my password", &[("password", SECOND)])
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let fields = [("email", "canary.new@example.org"), ("current", SECOND)];
    forgetful
        .open("/account/address")
        .await
        .submit("Send me the link", &fields)
        .await;
    let mail = scene.mail_to("canary.new@example.org", "").await;
    let (verify, text) = token(&mail, "/verify/");
    secrets.push(
        Secret::new("a link of verification", text).mailed(|mail| mail.to == ["canary.new@example.org"]),
    );
    forgetful
        .open(&verify)
        .await
        .submit("Use this address", &[])
        .await;
    team.browser = forgetful;
}
