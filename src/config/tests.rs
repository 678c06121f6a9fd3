//! Settings that are understood, and all the mistakes that are not.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

fn settings(arguments: &[&str]) -> Settings {
    Line::parse_from(std::iter::once("muster").chain(arguments.iter().copied())).settings
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let bad = settings(&[
        "--database-url",
        "mysql://x",
        "--listen-addr",
        "here",
        "--metrics-addr",
        "there",
        "--public-url",
        "ftp://x",
        "--secret-key",
        "short",
        "--discord-client-id",
        "1",
        "--smtp-url",
        "carrier-pigeon://x",
        "--mail-from",
        "Muster",
        "--super-admins",
        "root@example.org, not an address",
        "--trusted-proxies",
        "10.0.0.0/8, nearby",
        "--presets-dir",
        "no/such/folder",
        "--api-reads-per-minute",
        "many",
        "--api-changes-per-minute",
        "0",
        "--webhook-allow-private",
        "10.0.0.0/40",
    ]);
    let Err(Mistakes(mistakes)) = bad.read() else {
        panic!("they should be refused")
    };
    assert_eq!(mistakes.len(), 14, "{mistakes:#?}");
}

#[test]
fn the_public_address_is_nothing_but_a_host() {
    for bad in ["/muster", "/?a=b", "/?", "/#a"] {
        let url = format!("https://muster.example.org{bad}");
        let Err(Mistakes(mistakes)) = settings(&["--public-url", &url]).read() else {
            panic!("{url} should be refused")
        };
        assert!(
            mistakes.len() == 1 && mistakes[0].contains("PUBLIC_URL"),
            "{mistakes:?}"
        );
    }
    for good in ["https://muster.example.org", "http://localhost:8080/"] {
        assert!(settings(&["--public-url", good]).read().is_ok(), "{good}");
    }
}

#[test]
fn what_is_empty_counts_as_not_set() {
    let empty = [
        "--database-url=",
        "--listen-addr=",
        "--metrics-addr=",
        "--public-url=",
        "--secret-key=",
        "--discord-token=",
        "--discord-client-id=",
        "--discord-client-secret= ",
        "--discord-api-url=",
        "--smtp-url=",
        "--mail-from=",
        "--super-admins= , ",
        "--trusted-proxies= , ",
        "--presets-dir=",
        "--api-reads-per-minute=",
        "--api-changes-per-minute= ",
        "--webhook-allow-private= , ",
    ];
    let config = settings(&empty)
        .read()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(config.database_url, DATABASE_URL);
    assert_eq!(config.listen_addr.to_string(), LISTEN_ADDR);
    assert_eq!(config.public_url.as_str().trim_end_matches('/'), PUBLIC_URL);
    assert_eq!(config.mail_from, MAIL_FROM);
    assert!(config.super_admins.is_empty() && config.trusted_proxies.is_empty());
    assert!(config.secret_key.is_none() && config.discord_token.is_none());
    assert!(
        config.discord_oauth.is_none()
            && config.discord_api_url.is_none()
            && config.smtp_url.is_none()
            && config.metrics_addr.is_none()
    );
    // An application needs both.
    assert!(
        settings(&["--discord-client-id=1", "--discord-client-secret="])
            .read()
            .is_err()
    );
}

#[test]
fn own_files_lie_beside_the_database() {
    let folder = |url: &str| {
        settings(&["--database-url", url])
            .read()
            .map(|config| config.data_folder())
            .ok()
    };
    assert_eq!(folder("sqlite:data/muster.db"), Some("data".into()));
    assert_eq!(
        folder("sqlite:///var/lib/muster/m.db?mode=rwc"),
        Some("/var/lib/muster".into())
    );
    assert_eq!(folder("sqlite:m.db"), Some("data".into()));
    assert_eq!(folder("postgres://h/d"), Some("data".into()));
}
