//! What the operator decides: read from flags and the environment, all mistakes reported at once.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use muster_core::env::Keys;
use muster_core::policy::Presets;
use muster_core::text::EmailAddress;
use muster_core::webhook::Reach;
use url::Url;

use crate::presets;
use crate::web::{Limits, Network};

pub(crate) const DATABASE_URL: &str = "sqlite:data/muster.db";
const LISTEN_ADDR: &str = "127.0.0.1:8080";
const PUBLIC_URL: &str = "http://localhost:8080";
const READS: &str = "6000";
const CHANGES: &str = "600";
const MAIL_FROM: &str = "Muster <muster@localhost>";

/// Part of the program: one process can run all of them, or several processes some each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// The connection to Discord.
    Bot,
    /// The pages.
    Web,
    /// The background jobs.
    Worker,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bot, Self::Web, Self::Worker];
}

/// Settings as they were given. Every one can be a flag or a variable of the environment.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// `sqlite:FILE`, or `postgres://…` to run on several machines.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = DATABASE_URL,
        hide_env_values = true
    )]
    pub database_url: String,
    /// Where the pages are served.
    #[arg(long, env = "LISTEN_ADDR", default_value = LISTEN_ADDR)]
    pub listen_addr: String,
    /// Where /metrics is served, for a monitoring system. Without it, the pages' address serves it too.
    #[arg(long, env = "METRICS_ADDR")]
    pub metrics_addr: Option<String>,
    /// How people reach the pages: every link and cookie follows from it.
    #[arg(long, env = "PUBLIC_URL", default_value = PUBLIC_URL)]
    pub public_url: String,
    /// 32 bytes in base64; a list separated by commas to change it (the first signs). Without it, a file beside the
    /// SQLite database is made at the first start.
    #[arg(long, env = "SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<String>,
    /// The bot's token. Without it the bot is off.
    #[arg(long, env = "DISCORD_TOKEN", hide_env_values = true)]
    pub discord_token: Option<String>,
    /// The application's id, for linking accounts.
    #[arg(long, env = "DISCORD_CLIENT_ID")]
    pub discord_client_id: Option<String>,
    /// The application's secret, for linking accounts.
    #[arg(long, env = "DISCORD_CLIENT_SECRET", hide_env_values = true)]
    pub discord_client_secret: Option<String>,
    /// What replaces Discord's own address: for stand-ins and tests.
    #[arg(long, env = "DISCORD_API_URL")]
    pub discord_api_url: Option<String>,
    /// `smtp://` or `smtps://`, with user and password where needed. Without it, mails become files in `data/outbox`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Who mails come from.
    #[arg(long, env = "MAIL_FROM", default_value = MAIL_FROM)]
    pub mail_from: String,
    /// Addresses of the people who may manage every team, separated by commas; each counts once it is somebody's verified
    /// address.
    #[arg(long, env = "SUPER_ADMINS", default_value = "", hide_env_values = true)]
    pub super_admins: String,
    /// Addresses or networks of the proxies before the pages, separated by commas: whom they name in X-Forwarded-For is
    /// believed, for the limits that count by where somebody is.
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,
    /// How many requests an API key may make in a minute that only look.
    #[arg(long, env = "API_READS_PER_MINUTE", default_value = READS)]
    pub api_reads_per_minute: String,
    /// How many it may make that change something.
    #[arg(long, env = "API_CHANGES_PER_MINUTE", default_value = CHANGES)]
    pub api_changes_per_minute: String,
    /// A folder of further presets for new teams: TOML files, each named by the key that `/team create` takes. They are
    /// read at start; one that is wrong keeps the program from starting.
    #[arg(long, env = "PRESETS_DIR")]
    pub presets_dir: Option<String>,
    /// Hosts, addresses and networks inside your own walls that webhooks of teams may lead to, separated by commas, like
    /// `hooks.internal, 10.1.0.0/16`. Without it they lead to the public internet only.
    #[arg(long, env = "WEBHOOK_ALLOW_PRIVATE", default_value = "")]
    pub webhook_allow_private: String,
}

/// Settings that were understood.
#[derive(Clone)]
pub struct Config {
    /// `sqlite:FILE` or `postgres://…`.
    pub database_url: String,
    /// Where the pages are served.
    pub listen_addr: SocketAddr,
    /// Where the metrics are served, if not with the pages.
    pub metrics_addr: Option<SocketAddr>,
    /// How people reach the pages.
    pub public_url: Url,
    /// The key, if it was given.
    pub secret_key: Option<String>,
    /// The bot's token.
    pub discord_token: Option<String>,
    /// The application's id and secret.
    pub discord_oauth: Option<(String, String)>,
    /// What replaces Discord's own address.
    pub discord_api_url: Option<Url>,
    /// The mail server.
    pub smtp_url: Option<String>,
    /// Who mails come from.
    pub mail_from: String,
    /// Who may manage every team.
    pub super_admins: Vec<EmailAddress>,
    /// The proxies before the pages.
    pub trusted_proxies: Vec<Network>,
    /// How many requests an API key may make in a minute.
    pub api_limits: Limits,
    /// The rules that new teams start from.
    pub presets: Presets,
    /// Where webhooks may lead.
    pub reach: Reach,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("these settings cannot be used:\n{}", .0.iter().map(|mistake| format!("  - {mistake}")).collect::<Vec<_>>().join("\n"))]
pub struct Mistakes(pub Vec<String>);

impl Settings {
    /// Understands the settings, or says everything that is wrong with them.
    pub fn read(self) -> Result<Config, Mistakes> {
        self.without_empty().understand()
    }

    /// A variable that is set to nothing, as in a file of variables that was not filled in, counts as not set.
    fn without_empty(self) -> Self {
        let given = |value: &String| !value.trim().is_empty();
        let or = |value: String, default: &str| {
            if given(&value) { value } else { default.to_owned() }
        };
        Self {
            database_url: or(self.database_url, DATABASE_URL),
            listen_addr: or(self.listen_addr, LISTEN_ADDR),
            metrics_addr: self.metrics_addr.filter(given),
            public_url: or(self.public_url, PUBLIC_URL),
            secret_key: self.secret_key.filter(given),
            discord_token: self.discord_token.filter(given),
            discord_client_id: self.discord_client_id.filter(given),
            discord_client_secret: self.discord_client_secret.filter(given),
            discord_api_url: self.discord_api_url.filter(given),
            smtp_url: self.smtp_url.filter(given),
            mail_from: or(self.mail_from, MAIL_FROM),
            super_admins: self.super_admins,
            trusted_proxies: self.trusted_proxies,
            api_reads_per_minute: or(self.api_reads_per_minute, READS),
            api_changes_per_minute: or(self.api_changes_per_minute, CHANGES),
            presets_dir: self.presets_dir.filter(given),
            webhook_allow_private: self.webhook_allow_private,
        }
    }

    fn understand(self) -> Result<Config, Mistakes> {
        let mut mistakes = Vec::new();
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|start| self.database_url.starts_with(start))
        {
            mistakes.push("DATABASE_URL has to start with sqlite: or postgres://".to_owned());
        }
        let listen_addr = self.listen_addr.parse();
        if listen_addr.is_err() {
            mistakes.push(format!(
                "LISTEN_ADDR `{}` is not an address and port, like 127.0.0.1:8080",
                self.listen_addr
            ));
        }
        let metrics_addr = self.metrics_addr.and_then(|text| {
            let address = text.parse().ok();
            if address.is_none() {
                mistakes.push(format!(
                    "METRICS_ADDR `{text}` is not an address and port, like 127.0.0.1:9090"
                ));
            } else if address == listen_addr.as_ref().ok().copied() {
                mistakes.push(
                    "METRICS_ADDR is the same as LISTEN_ADDR: leave it out to have both there".to_owned(),
                );
            }
            address
        });
        let public_url = web_url("PUBLIC_URL", &self.public_url, &mut mistakes);
        let discord_api_url = self
            .discord_api_url
            .as_deref()
            .and_then(|url| web_url("DISCORD_API_URL", url, &mut mistakes));
        if let Some(error) = self
            .secret_key
            .as_deref()
            .and_then(|keys| Keys::parse(keys).err())
        {
            mistakes.push(format!("SECRET_KEY: {error}"));
        }
        let discord_oauth = match (self.discord_client_id, self.discord_client_secret) {
            (Some(id), Some(secret)) => Some((id, secret)),
            (None, None) => None,
            _ => {
                mistakes.push("DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET go together".to_owned());
                None
            }
        };
        if let Err(errors) = muster_jobs::Mailer::from_url(
            self.smtp_url.as_deref(),
            &self.mail_from,
            Path::new("data/outbox"),
        ) {
            mistakes.extend(errors.0.iter().map(ToString::to_string));
        }
        let mut super_admins = Vec::new();
        let named = self.super_admins.split(',').map(str::trim);
        for address in named.filter(|address| !address.is_empty()) {
            match EmailAddress::parse(address) {
                Ok(address) => super_admins.push(address),
                Err(error) => mistakes.push(format!("SUPER_ADMINS `{address}`: {error}")),
            }
        }
        let mut trusted_proxies = Vec::new();
        let named = self.trusted_proxies.split(',').map(str::trim);
        for network in named.filter(|network| !network.is_empty()) {
            match network.parse() {
                Ok(network) => trusted_proxies.push(network),
                Err(error) => mistakes.push(format!("TRUSTED_PROXIES `{network}`: {error}")),
            }
        }
        let mut limit = |name: &str, text: &str| {
            let number = text.trim().parse::<u32>().ok().filter(|number| *number > 0);
            if number.is_none() {
                mistakes.push(format!("{name} `{text}` is not a whole number of at least 1"));
            }
            number.unwrap_or(1)
        };
        let api_limits = Limits {
            reads: limit("API_READS_PER_MINUTE", &self.api_reads_per_minute),
            changes: limit("API_CHANGES_PER_MINUTE", &self.api_changes_per_minute),
        };
        let presets = match self.presets_dir.as_deref().map(Path::new) {
            Some(folder) => presets::read(folder).unwrap_or_else(|wrong| {
                mistakes.extend(wrong);
                Presets::shipped().clone()
            }),
            None => Presets::shipped().clone(),
        };
        let reach = Reach::parse(&self.webhook_allow_private).unwrap_or_else(|wrong| {
            mistakes.extend(wrong.iter().map(|one| format!("WEBHOOK_ALLOW_PRIVATE: {one}")));
            Reach::default()
        });
        match (listen_addr, public_url) {
            (Ok(listen_addr), Some(public_url)) if mistakes.is_empty() => Ok(Config {
                database_url: self.database_url,
                listen_addr,
                metrics_addr,
                public_url,
                secret_key: self.secret_key,
                discord_token: self.discord_token,
                discord_oauth,
                discord_api_url,
                smtp_url: self.smtp_url,
                mail_from: self.mail_from,
                super_admins,
                trusted_proxies,
                api_limits,
                presets,
                reach,
            }),
            _ => Err(Mistakes(mistakes)),
        }
    }
}

fn web_url(name: &str, text: &str, mistakes: &mut Vec<String>) -> Option<Url> {
    match Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Some(url)
        }
        _ => {
            mistakes.push(format!(
                "{name} `{text}` is not a web address that ends after the host, like https://muster.example.org"
            ));
            None
        }
    }
}

/// The file that a URL of an SQLite database names.
pub(crate) fn sqlite_file(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    Some(rest.split('?').next().unwrap_or(rest))
}

impl Config {
    /// Where the secret key is when no setting gives it.
    pub fn key_file(&self) -> PathBuf {
        self.data_folder().join("secret.key")
    }

    /// The folder of the program's own files: where the SQLite database is, else `data`.
    pub fn data_folder(&self) -> PathBuf {
        sqlite_file(&self.database_url)
            .and_then(|file| Path::new(file).parent())
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(|| PathBuf::from("data"), Path::to_path_buf)
    }
}
