//! A browser without scripts: keeps cookies, follows redirects on its own site, and sends forms as people do.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, LOCATION, ORIGIN, USER_AGENT};
use reqwest::{Client, Response, Url, redirect};
use scraper::{Html, Selector};

/// One person's browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    home: Url,
    /// What it says about itself with each request.
    about: HeaderMap,
}

/// A page that a browser shows.
pub struct Page {
    /// The status it came with.
    pub status: u16,
    /// Where it is.
    pub url: Url,
    /// Its HTML.
    pub body: String,
    /// Where the site sent the browser, away from itself.
    away: Option<String>,
    browser: Browser,
}

impl Browser {
    /// A browser without cookies.
    pub fn new(home: &str) -> Self {
        let home: Url = home.parse().expect("the home page has an address");
        let origin = home.origin();
        // Redirects to other sites are reported, not followed.
        let stay = redirect::Policy::custom(move |attempt| {
            if attempt.url().origin() == origin && attempt.previous().len() < 8 {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let client = Client::builder()
            .cookie_store(true)
            .redirect(stay)
            .build()
            .expect("a client can be made");
        let about = HeaderMap::new();
        Self { client, home, about }
    }

    /// One that asks for these languages.
    pub fn asking_for(mut self, languages: &str) -> Self {
        self.about
            .insert(ACCEPT_LANGUAGE, languages.parse().expect("a header"));
        self
    }

    /// One that says it is this.
    pub fn on(mut self, user_agent: &str) -> Self {
        self.about
            .insert(USER_AGENT, user_agent.parse().expect("a header"));
        self
    }

    /// One that something on its way adds a header to, or changes one.
    pub fn told(mut self, name: &'static str, value: &'static str) -> Self {
        self.about.insert(name, value.parse().expect("a header"));
        self
    }

    /// Opens a page, by its address or its path.
    pub async fn open(&self, address: &str) -> Page {
        let url = self.home.join(address).expect("an address");
        let response = self
            .client
            .get(url)
            .headers(self.about.clone())
            .header("sec-fetch-site", "none")
            .send()
            .await
            .expect("the site answers");
        self.page(response).await
    }

    /// Sends a form with exactly these fields, as if from this site's own page.
    pub async fn post(&self, path: &str, fields: &BTreeMap<String, String>) -> Page {
        let url = self.home.join(path).expect("a path");
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .client
            .post(url)
            .headers(self.about.clone())
            .header("sec-fetch-site", "same-origin")
            .header(ORIGIN, self.home.origin().ascii_serialization())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        self.page(request.send().await.expect("the site answers")).await
    }

    async fn page(&self, response: Response) -> Page {
        let (status, url) = (response.status().as_u16(), response.url().clone());
        let away = response
            .headers()
            .get(LOCATION)
            .and_then(|to| to.to_str().ok())
            .map(str::to_owned);
        let body = response.text().await.expect("the page is text");
        Page {
            status,
            url,
            body,
            away,
            browser: self.clone(),
        }
    }
}

impl Page {
    /// Fills in the form whose button has this label, and presses it.
    pub async fn submit(&self, button: &str, fields: &[(&str, &str)]) -> Page {
        let (action, mut filled) = self
            .form(button)
            .unwrap_or_else(|| panic!("no button `{button}` on this page:\n{}", self.text()));
        for (name, value) in fields {
            let there = filled.insert((*name).to_owned(), (*value).to_owned());
            assert!(
                there.is_some() || self.offers(name, value),
                "no field `{name}` in the form"
            );
        }
        self.browser.post(&action, &filled).await
    }

    /// Whether there is a box or button on the page that can be ticked to send this.
    fn offers(&self, name: &str, value: &str) -> bool {
        let boxes = selector("input[type=checkbox], input[type=radio]");
        let html = Html::parse_document(&self.body);
        html.select(&boxes)
            .any(|one| one.value().attr("name") == Some(name) && one.value().attr("value") == Some(value))
    }

    /// Where the form with this button goes, and its fields as they are: of boxes, those that are ticked.
    pub fn form(&self, button: &str) -> Option<(String, BTreeMap<String, String>)> {
        let html = Html::parse_document(&self.body);
        let (forms, buttons, inputs) = (
            selector("form"),
            selector("button"),
            selector("input[name], select[name]"),
        );
        let (chosen, options) = (selector("option[selected]"), selector("option"));
        let form = html.select(&forms).find(|form| {
            form.select(&buttons)
                .any(|found| found.text().collect::<String>().trim() == button)
        })?;
        let action = form
            .value()
            .attr("action")
            .unwrap_or_else(|| self.url.as_str())
            .to_owned();
        let fields = form
            .select(&inputs)
            .filter(|input| {
                let kind = input.value().attr("type").unwrap_or_default();
                !matches!(kind, "checkbox" | "radio") || input.value().attr("checked").is_some()
            })
            .map(|input| {
                let get = |name| input.value().attr(name).unwrap_or_default().to_owned();
                let option = input.select(&chosen).chain(input.select(&options)).next();
                let value = match option.and_then(|option| option.value().attr("value")) {
                    Some(value) => value.to_owned(),
                    None => get("value"),
                };
                (get("name"), value)
            })
            .collect();
        Some((action, fields))
    }

    /// The browser that shows it.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Everything readable on the page, spaces folded.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.body);
        let text: String = html
            .select(&selector("body"))
            .flat_map(|body| body.text())
            .collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The address on another site that this page leads to: a redirect, or the one link that leaves.
    pub fn away(&self) -> String {
        let html = Html::parse_document(&self.body);
        let link = html
            .select(&selector("a[href]"))
            .filter_map(|link| link.value().attr("href"))
            .find(|href| href.starts_with("http") && !href.starts_with(self.browser.home.as_str()));
        let away = self.away.as_deref().or(link);
        away.unwrap_or_else(|| panic!("this page leads nowhere else:\n{}", self.text()))
            .to_owned()
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}
