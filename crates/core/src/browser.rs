//! What a browser says it is, in words that people know, and whether somebody has used one like it before.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::env::Env;
use crate::error::Error;
use crate::ids::AccountId;
use crate::tx::{Tx, sql};

/// How long a browser is remembered after somebody last signed in with it.
pub const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// A browser, as far as people tell them apart. Without versions, so that an update makes no new one of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// `Firefox`, where it is one we know.
    pub name: Option<String>,
    /// `Linux`, where it is one we know.
    pub system: Option<String>,
}

impl Browser {
    /// Reads a `User-Agent`. Nearly all of them also say that they are several others, so the order counts.
    pub fn of(user_agent: &str) -> Self {
        const NAMES: [(&str, &str); 9] = [
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("CriOS/", "Chrome"),
            ("Chromium/", "Chromium"),
            ("Safari/", "Safari"),
        ];
        const SYSTEMS: [(&str, &str); 7] = [
            ("Android", "Android"),
            ("iPhone", "iOS"),
            ("iPad", "iPadOS"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ];
        let first = |list: &[(&str, &str)]| {
            list.iter()
                .find(|(mark, _)| user_agent.contains(mark))
                .map(|(_, name)| (*name).to_owned())
        };
        Self {
            name: first(&NAMES),
            system: first(&SYSTEMS),
        }
    }

    /// What tells it from the other browsers of one person.
    fn key(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        format!("{}/{}", part(&self.name), part(&self.system))
    }
}

/// Notes that somebody signed in with a browser. Whether one like it was known already.
pub(crate) async fn note(
    tx: &mut Tx,
    env: &Env,
    account: AccountId,
    browser: &Browser,
) -> Result<bool, Error> {
    let (key, now) = (browser.key(), env.now());
    let since = now - REMEMBERED;
    let known = sql!(execute tx,
        "update known_browsers set last_seen_at = $3 where account_id = $1 and browser = $2 and last_seen_at > $4",
        account, &key, now, since)?;
    if known == 1 {
        return Ok(true);
    }
    // Whoever signs in twice at once from a new one is told once.
    let new = sql!(execute tx,
        "insert into known_browsers (account_id, browser, last_seen_at) values ($1, $2, $3)
         on conflict (account_id, browser) do update set last_seen_at = excluded.last_seen_at
         where known_browsers.last_seen_at <= $4",
        account, &key, now, since)?;
    Ok(new == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_by_the_names_that_people_know() {
        for (user_agent, name, system) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox",
                "Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome",
                "Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
                "Safari",
                "macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome",
                "iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
                "Samsung Internet",
                "Android",
            ),
        ] {
            let browser = Browser::of(user_agent);
            assert_eq!(
                (browser.name.as_deref(), browser.system.as_deref()),
                (Some(name), Some(system)),
                "{user_agent}"
            );
        }
        assert_eq!(
            Browser::of("curl/8.5"),
            Browser {
                name: None,
                system: None
            }
        );
    }

    #[test]
    fn an_update_makes_no_new_browser_of_it() {
        let firefox = |version: u32| {
            Browser::of(&format!(
                "Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
            ))
        };
        assert_eq!(firefox(145), firefox(146));
    }
}
