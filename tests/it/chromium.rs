//! A real browser: Chromium through its driver, without a window, as people with a phone, a dark screen or only a keyboard
//! use it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Chromium, without a window, through its driver.
pub struct Chromium {
    /// The page that it shows.
    pub page: Client,
    _processes: Processes,
    _profile: tempfile::TempDir,
}

/// The driver and the Chromium that it started.
struct Processes(Child);

impl Drop for Processes {
    /// Ends both, also when a test fails: the driver alone would leave its Chromium behind.
    fn drop(&mut self) {
        if let Some(group) = self.0.id() {
            let ended = std::process::Command::new("kill")
                .args(["-KILL", "--", &format!("-{group}")])
                .status();
            drop(ended);
        }
    }
}

impl Chromium {
    /// Starts one with an empty profile.
    pub async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
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
            "--hide-scrollbars",
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
            _processes: Processes(driver),
            _profile: profile,
        }
    }

    /// Presses Tab until the thing with the focus is called `name`.
    pub async fn tab_to(&self, name: &str) {
        for _ in 0..80 {
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
    pub async fn focused(&self) -> String {
        let script = "
            const at = document.activeElement;
            if (!at || at === document.body) return ['', true];
            const label = at.labels && at.labels.length ? at.labels[0].innerText : at.innerText;
            const style = getComputedStyle(at);
            return [label.replace(/\\s+/g, ' ').trim(), style.outlineStyle !== 'none' || style.boxShadow !== 'none'];";
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
    pub async fn press(&self, keys: &str) {
        let focused = self.page.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Everything readable on the page.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        // Between two pages there is none to be asked.
        let text = self.page.execute(script, Vec::new()).await.unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page is the one at `path`.
    pub async fn at(&self, path: &str) {
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

    /// Waits until the page says something.
    pub async fn says(&self, words: &str) {
        let said = async {
            while !self.text().await.contains(words) {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), said).await;
        assert!(
            waited.is_ok(),
            "it never says `{words}`, but:\n{}",
            self.text().await
        );
    }

    /// Opens a page, by its address.
    pub async fn open(&self, address: &str) {
        self.page.goto(address).await.expect("the page opens");
    }

    /// Asks the page something.
    pub async fn ask(&self, script: &str) -> Value {
        self.page
            .execute(script, Vec::new())
            .await
            .expect("the page can be asked")
    }

    /// Tells Chromium itself something, past the page.
    async fn tell(&self, method: &'static str, params: Value) -> Value {
        let told = self.page.issue_cmd(DevTools { method, params }).await;
        told.expect("Chromium does it")
    }

    /// Looks at pages on a screen of this size.
    pub async fn look(&self, (width, height): (u32, u32), scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
        // Without motion, so that no colour is on its way to another when it is looked at.
        let scheme = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.tell("Emulation.setEmulatedMedia", json!({ "features": scheme }))
            .await;
    }

    /// Keeps a picture of the page as it is on the screen, where `MUSTER_SCREENSHOTS` names a folder.
    pub async fn picture(&self, name: &str) {
        if let Ok(folder) = std::env::var("MUSTER_SCREENSHOTS") {
            let shot = self
                .tell("Page.captureScreenshot", json!({ "format": "png" }))
                .await;
            keep(&folder, name, &shot);
        }
    }

    /// Keeps a picture of the whole page, where `MUSTER_EVERY_PAGE` names a folder: for whoever changes how pages look.
    pub async fn whole_picture(&self, name: &str) {
        let Ok(folder) = std::env::var("MUSTER_EVERY_PAGE") else {
            return;
        };
        let size = self.tell("Page.getLayoutMetrics", json!({})).await;
        let size = &size["cssContentSize"];
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.tell("Page.captureScreenshot", wanted).await;
        keep(&folder, name, &shot);
    }

    /// What stands in the way of people on this page: what axe finds serious or critical, whether it is wider than the screen,
    /// and links of its navigation that are out of sight.
    pub async fn barriers(&self) -> Vec<String> {
        if self.ask("return typeof axe").await == "undefined" {
            self.ask(&AXE).await;
        }
        let ask = "
            const done = arguments[arguments.length - 1];
            axe.run(document, { preload: false, resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).then(
                found => done(found.passes.length < 5 ? ['axe has seen nothing'] : found.violations
                    .filter(one => ['serious', 'critical'].includes(one.impact))
                    .map(one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | '))),
                error => done([String(error)]));";
        let found = self.page.execute_async(ask, Vec::new()).await;
        let found = found.expect("axe looks at the page");
        let mut barriers: Vec<String> = serde_json::from_value(found).expect("a list of texts");
        let wide = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
        let wide = self.ask(wide).await;
        if wide[0].as_i64() > wide[1].as_i64() {
            barriers.push(format!("the page is {} wide on a screen of {}", wide[0], wide[1]));
        }
        let hidden = "
            return [...document.querySelectorAll('nav a')].filter(link => {
                const at = link.getBoundingClientRect(), nav = link.closest('nav').getBoundingClientRect();
                return at.left < Math.max(0, nav.left) - 1 || at.right > Math.min(innerWidth, nav.right) + 1;
            }).map(link => link.textContent.trim() + ' is out of sight');";
        let hidden: Vec<String> = serde_json::from_value(self.ask(hidden).await).expect("a list of texts");
        barriers.extend(hidden);
        barriers
    }

    /// Ends it.
    pub async fn end(self) {
        self.page.close().await.expect("Chromium ends");
    }
}

fn keep(folder: &str, name: &str, shot: &Value) {
    let png = BASE64_STANDARD.decode(shot["data"].as_str().expect("a picture"));
    let path = PathBuf::from(folder).join(format!("{name}.png"));
    std::fs::write(path, png.expect("it is base64")).expect("it can be kept");
}

/// What looks for barriers, as `tests/install` has brought it.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/axe/node_modules/axe-core/axe.min.js"
    );
    std::fs::read_to_string(path).expect("axe-core is there: run `tests/install`")
});

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.method, "params": self.params });
        (Method::POST, Some(body.to_string()))
    }
}
