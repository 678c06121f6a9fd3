//! Where to go after signing in: a path of ours that came in through an address bar, so anything may be in it.

use axum::http::{HeaderMap, header};
use url::Url;

use super::Web;

/// The longest path we send anybody back to.
const MAX_LENGTH: usize = 512;

/// A path on this origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Reads a path. Anything that a browser might take for another origin is none: `//evil`, `/\evil`, whatever has
    /// control characters (browsers drop some of them) or characters that a header cannot carry.
    pub fn parse(text: &str) -> Option<Self> {
        let ours = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= MAX_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        ours.then(|| Self(text.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the sign-in page that leads here afterwards.
    pub fn login(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", &self.0)
            .finish();
        format!("/login?{query}")
    }
}

/// The page of ours that a request comes from, as far as the browser says.
pub fn before(headers: &HeaderMap, site: &Web) -> Option<NextPath> {
    let page = Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    if page.origin() != site.public_url.origin() {
        return None;
    }
    NextPath::parse(&page[url::Position::BeforePath..url::Position::AfterQuery])
}

/// The origin of a URL, as browsers write it in `Origin`.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of up to six characters from those that matter to URL parsers, as a browser would resolve it.
    #[test]
    fn no_text_leads_to_another_origin() {
        let here = Url::parse("https://muster.example/login?next=x").unwrap();
        let letters = ['/', '\\', '.', ':', '@', '%', '?', '#', '\t', 'a'];
        let mut texts = vec![String::new()];
        let mut accepted = 0;
        for _ in 0..6 {
            texts = texts
                .iter()
                .flat_map(|text| letters.map(|letter| format!("{text}{letter}")))
                .collect();
            for next in texts.iter().filter_map(|text| NextPath::parse(text)) {
                accepted += 1;
                let target = here.join(next.as_str()).unwrap();
                assert_eq!(target.origin(), here.origin(), "{next:?}");
            }
        }
        assert!(accepted > 10_000);
    }

    #[test]
    fn addresses_of_others_are_none() {
        for evil in [
            "",
            "teams",
            "//evil.example",
            "/\\evil.example",
            "///evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/%0a\r\nSet-Cookie: a=b",
            "/a b",
            "/ä",
            &format!("/{}", "a".repeat(600)),
        ] {
            assert_eq!(NextPath::parse(evil), None, "{evil:?}");
        }
        assert_eq!(
            NextPath::parse("/teams/01?a=b#c").unwrap().login(),
            "/login?next=%2Fteams%2F01%3Fa%3Db%23c"
        );
    }
}
