//! The demonstration as a visitor's browser uses it.

use reqwest::header::{HOST, ORIGIN};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Demo, start};

/// The demonstration, and a browser on its console.
struct Visit {
    demo: Demo,
    stop: CancellationToken,
    browser: Client,
    url: String,
}

impl Visit {
    async fn begin() -> Self {
        let stop = CancellationToken::new();
        let demo = start(0, &stop)
            .await
            .expect("the demonstration starts")
            .expect("nothing stops it");
        let url = format!("http://{}", demo.console);
        Self {
            demo,
            stop,
            browser: Client::new(),
            url,
        }
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.browser
            .post(format!("{}{path}", self.url))
            .header(ORIGIN, &self.url)
            .json(body)
    }

    async fn does(&self, path: &str, body: Value) -> Value {
        answered(self.post(path, &body), StatusCode::OK).await
    }

    async fn screen(&self, who: &str) -> Value {
        answered(
            self.browser.get(format!("{}/api/screen?who={who}", self.url)),
            StatusCode::OK,
        )
        .await
    }

    /// The last message somebody sees, as HTML.
    async fn last_message(&self, who: &str) -> String {
        let screen = self.screen(who).await;
        let messages = screen["messages"].as_array().cloned().unwrap_or_default();
        messages
            .last()
            .and_then(|message| message["html"].as_str())
            .unwrap_or_default()
            .to_owned()
    }

    /// Looks at Ada's screen until this step of the guide is done.
    async fn until_done(&self, step: usize) {
        for _ in 0..200 {
            if self.screen("ada").await["done"][step] == true {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("step {step} of the guide is not ticked off");
    }

    async fn end(self) {
        let folder = self.demo.folder.path().to_owned();
        self.stop.cancel();
        self.demo.end(self.stop).await.expect("it ends well");
        assert!(!folder.exists(), "the temporary folder is gone");
    }
}

async fn answered(request: RequestBuilder, status: StatusCode) -> Value {
    let response = request.send().await.expect("the console answers");
    let found = response.status();
    let body = response.text().await.expect("the answer is whole");
    assert_eq!(found, status, "{body}");
    serde_json::from_str(&body).expect("the answer is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_creates_a_team_invites_and_lets_the_invitation_expire() {
    let visit = Visit::begin().await;
    let preset = json!({ "who": "ada", "command": "team create", "option": "preset", "typed": "camp" });
    let choices = visit.does("/api/complete", preset).await;
    assert_eq!(choices["choices"][0]["value"], "campaigns");

    let values = json!([["name", "Aurora"], ["preset", "campaigns"]]);
    visit
        .does(
            "/api/run",
            json!({ "who": "ada", "command": "team create", "values": values }),
        )
        .await;
    let card = visit.last_message("ada").await;
    assert!(
        card.contains("Aurora is ready") && card.contains("Only you can see this"),
        "{card}"
    );
    assert_eq!(
        visit.last_message("bo").await,
        "",
        "what only Ada can see is not for Bo"
    );

    let form = visit
        .does(
            "/api/run",
            json!({ "who": "ada", "text": "/invite email role:member" }),
        )
        .await;
    assert!(
        form["html"]
            .as_str()
            .is_some_and(|html| html.contains("Invite to Aurora")),
        "{form}"
    );
    let filled = json!({ "who": "ada", "form": form["form"], "values": [["emails", ""]] });
    let refused = answered(
        visit.post("/api/submit", &filled),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert_eq!(refused["error"], "Email addresses: This field is required.");
    let filled = json!({ "who": "ada", "form": form["form"], "values": [["emails", "cy@aurora.example"]] });
    let review = visit.does("/api/submit", filled).await;
    let click = json!({ "who": "ada", "message": review["message"], "custom_id": "Send 1 invitation" });
    visit.does("/api/click", click).await;

    visit.demo_mail().await;
    assert_eq!(
        visit.screen("ada").await["done"],
        json!([true, true, true, false, false, false, false, false])
    );

    visit.does("/api/advance", json!({ "step": "week" })).await;
    visit.until_done(6).await;
    let resend = json!({ "who": "ada", "text": "/invite resend invitation:cy@aurora.example" });
    visit.does("/api/run", resend).await;
    visit.until_done(7).await;
    visit.end().await;
}

impl Visit {
    /// Waits for the one mail, and opens it.
    async fn demo_mail(&self) {
        let mut mails = Value::Null;
        for _ in 0..200 {
            mails = answered(
                self.browser.get(format!("{}/api/mails", self.url)),
                StatusCode::OK,
            )
            .await;
            if mails["mails"][0].is_object() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let mail = &mails["mails"][0];
        assert_eq!(mail["subject"], "Ada Park invited you to Aurora");
        let text = mail["text"].as_str().unwrap_or_default();
        let link = text
            .split_whitespace()
            .find(|word| word.contains("/i/"))
            .expect("the mail has a link");
        assert!(link.starts_with("http://127.0.0.1:"), "{link}");
        let page = self
            .browser
            .get(format!("{}/mailbox/1", self.url))
            .send()
            .await
            .expect("the mail opens");
        let policy = page.headers()["content-security-policy"]
            .to_str()
            .expect("it is text")
            .to_owned();
        assert!(
            policy.contains("sandbox") && !policy.contains("allow-scripts"),
            "{policy}"
        );
        assert!(page.text().await.expect("the mail is whole").contains(link));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_answers_only_its_own_pages_and_says_what_is_wrong() {
    let visit = Visit::begin().await;
    let get = |path: &str| visit.browser.get(format!("{}{path}", visit.url));
    for path in ["/", "/mailbox", "/api/screen?who=ada", "/api/mails"] {
        answered(get(path).header(HOST, "evil.example"), StatusCode::FORBIDDEN).await;
        assert_eq!(
            get(path).send().await.expect("the console answers").status(),
            StatusCode::OK,
            "{path}"
        );
    }
    let week = json!({ "step": "week" });
    let foreign = visit
        .browser
        .post(format!("{}/api/advance", visit.url))
        .json(&week);
    answered(
        foreign.try_clone().expect("it can be sent twice"),
        StatusCode::FORBIDDEN,
    )
    .await;
    answered(
        foreign.header(ORIGIN, "http://evil.example"),
        StatusCode::FORBIDDEN,
    )
    .await;
    answered(
        visit
            .post("/api/advance", &week)
            .header("Sec-Fetch-Site", "same-site"),
        StatusCode::FORBIDDEN,
    )
    .await;

    let unknown = answered(
        visit.post("/api/run", &json!({ "who": "eve", "text": "/help" })),
        StatusCode::BAD_REQUEST,
    )
    .await;
    assert_eq!(unknown["error"], "Nobody here is called “eve”.");
    let nonsense = json!({ "who": "ada", "text": "/nonsense" });
    let refused = answered(
        visit.post("/api/run", &nonsense),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert_eq!(refused["error"], "There is no command “/nonsense” for ada here.");
    answered(
        visit.post("/api/run", &json!({ "who": "ada", "unknown": 1 })),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    answered(
        visit.post("/api/advance", &json!({ "step": "year" })),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    answered(get("/mailbox/0"), StatusCode::NOT_FOUND).await;
    answered(get("/nowhere"), StatusCode::NOT_FOUND).await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named_with_the_way_out() {
    let taken = super::listen(0).await.expect("loopback has a free port");
    let port = taken.local_addr().expect("it is bound").port();
    let refused = start(port, &CancellationToken::new())
        .await
        .err()
        .expect("the port is taken");
    assert_eq!(
        refused.to_string(),
        format!("port {port} cannot be used, choose another with --port")
    );
}
