//! A real browser: somebody accepts an invitation and looks at their team without touching the mouse.

use std::process::Stdio;
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use muster_core::both_dbs;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::{PASSWORD, TestApp, link, said};

/// Chromium, without a window, through its driver.
struct Chromium {
    page: Client,
    _driver: Child,
    _profile: tempfile::TempDir,
}

impl Chromium {
    async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed: `apt-get install chromium chromium-driver`");
        let mut lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
        let port = loop {
            let line = lines
                .next_line()
                .await
                .expect("it can be read")
                .expect("chromedriver says its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let digits: String = port.chars().take_while(char::is_ascii_digit).collect();
                break digits.parse::<u16>().expect("a port");
            }
        };
        let profile = tempfile::tempdir().expect("a folder");
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1180",
            &format!("--user-data-dir={}", profile.path().display()),
        ]
        .map(str::to_owned);
        let mut wanted = serde_json::Map::new();
        wanted.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        let page = ClientBuilder::native()
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        Self {
            page,
            _driver: driver,
            _profile: profile,
        }
    }

    /// Presses Tab until the thing with the focus is called `name`.
    async fn tab_to(&self, name: &str) {
        for _ in 0..30 {
            self.press(&Key::Tab.to_string()).await;
            if self.focused().await == name {
                return;
            }
        }
        panic!(
            "Tab never reaches `{name}`; the page says:\n{}",
            self.text().await
        );
    }

    /// What the thing with the focus is called, and that the focus can be seen.
    async fn focused(&self) -> String {
        let script = "
            const at = document.activeElement;
            if (!at || at === document.body) return ['', true];
            const label = at.labels && at.labels.length ? at.labels[0].innerText : at.innerText;
            const style = getComputedStyle(at);
            return [label.trim(), style.outlineStyle !== 'none' || style.boxShadow !== 'none'];";
        let found = self
            .page
            .execute(script, Vec::new())
            .await
            .expect("the page can be asked");
        let name = found[0].as_str().unwrap_or_default().to_owned();
        assert_eq!(found[1], true, "the focus on `{name}` cannot be seen");
        name
    }

    /// Presses keys wherever the focus is.
    async fn press(&self, keys: &str) {
        let focused = self.page.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("keys can be pressed");
    }

    async fn text(&self) -> String {
        let body = self
            .page
            .find(fantoccini::Locator::Css("body"))
            .await
            .expect("a page has a body");
        body.text().await.expect("it can be read")
    }

    /// Waits until the page is the one at `path`.
    async fn at(&self, path: &str) {
        let script = "return location.pathname";
        let arrived = async {
            loop {
                let here = self.page.execute(script, Vec::new()).await.unwrap_or_default();
                if here.as_str().is_some_and(|here| here.starts_with(path)) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), arrived).await;
        assert!(
            waited.is_ok(),
            "never at {path}; the page says:\n{}",
            self.text().await
        );
    }

    /// Keeps a picture of the page, where `MUSTER_SCREENSHOTS` names a folder.
    async fn picture(&self, name: &str) {
        if let Ok(folder) = std::env::var("MUSTER_SCREENSHOTS") {
            let png = self.page.screenshot().await.expect("a picture can be taken");
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png)
                .expect("it can be kept");
        }
    }
}

both_dbs! {
    async fn an_invitation_is_accepted_by_keyboard_alone(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let chromium = Chromium::start().await;

        chromium.page.goto(&link(&mail)).await.expect("the link opens");
        assert!(chromium.text().await.contains("Ada invited you to join Aurora as Member"), "{}", chromium.text().await);
        chromium.tab_to("Your name").await;
        chromium.press("Bo Lindqvist").await;
        chromium.picture("accept").await;
        chromium.tab_to("Password").await;
        chromium.press("too short").await;
        chromium.press(&Key::Enter.to_string()).await;
        // The browser itself refuses what is too short; the page is still here.
        chromium.at("/i/").await;
        for _ in 0.."too short".len() {
            chromium.press(&Key::Backspace.to_string()).await;
        }
        chromium.press(PASSWORD).await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/teams/").await;
        let text = chromium.text().await;
        assert!(text.contains("Aurora") && text.contains("Bo Lindqvist"), "{text}");
        chromium.picture("team").await;

        let list = said(ada.slash("/member list").await);
        assert!(list.text().contains("Bo Lindqvist · Member"), "{}", list.text());
        chromium.page.clone().close().await.expect("Chromium ends");
        app.end().await;
    }

    async fn discord_is_linked_in_a_real_browser(world: World) {
        let app = TestApp::start(world).await;
        let ada = app.owner().await;
        let mail = app.invite(&ada, "bo@example.org", "member").await;
        let (_, bo) = app.person("Bo", discord_sim::Permissions::NONE);
        let chromium = Chromium::start().await;
        chromium.page.goto(&link(&mail)).await.expect("the link opens");
        chromium.tab_to("Your name").await;
        chromium.press("Bo").await;
        chromium.tab_to("Password").await;
        chromium.press(PASSWORD).await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/teams/").await;

        let card = said(bo.slash("/link").await);
        chromium.page.goto(card.link("Link my account").expect("a link button")).await.expect("the page opens");
        chromium.picture("link").await;
        chromium.tab_to("Continue to Discord").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/oauth2/authorize").await;
        // The stand-in asks who we are; its page is not ours to judge, so it is left with its own answer.
        let here = chromium.page.current_url().await.expect("an address");
        let back = app.sim.authorize(bo.user(), here.as_str()).await.expect("Discord agrees");
        chromium.page.goto(&back).await.expect("the way back");
        chromium.picture("confirm").await;
        chromium.tab_to("Link these two").await;
        chromium.press(&Key::Enter.to_string()).await;
        chromium.at("/link/").await;
        app.mail_to("bo@example.org").await;
        let status = said(bo.slash("/account status").await);
        assert!(status.text().contains("Aurora · Member"), "{}", status.text());
        chromium.page.clone().close().await.expect("Chromium ends");
        app.end().await;
    }
}
