//! The whole program: opens the database, starts the parts that were asked for, watches them, and ends them in order.

mod parts;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use futures::{FutureExt, TryFutureExt};
use muster_core::db::{Db, Schema};
use muster_core::env::{Clock, Env, Keys};
use muster_core::operator;
use muster_core::password::Passwords;
use muster_jobs::discord::{Connection, Messenger};
use muster_jobs::{Mailer, Metrics};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::parts::{Parts, on_own_threads};
use crate::config::{Config, Role};
use crate::discord::{Desk, bot, file};
use crate::metrics::{self, Figures};
use crate::web::{DiscordOAuth, Web};

/// Discord's own address.
const DISCORD: &str = "https://discord.com";
/// How long the bot's runtime may take to end.
const BOT_GOODBYE: Duration = Duration::from_secs(10);

/// A program that is ready to start: its database open and current, its surroundings known.
#[derive(Clone)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The surroundings.
    pub env: Env,
    /// What this process counts.
    pub metrics: Metrics,
    /// How the background jobs run.
    pub jobs: muster_jobs::Options,
}

impl App {
    /// Opens the database and makes sure that its tables are current: an embedded one is migrated, another only with
    /// `migrate`.
    pub async fn open(
        config: Config,
        clock: Clock,
        passwords: Passwords,
        migrate: bool,
    ) -> anyhow::Result<Self> {
        let keys = match &config.secret_key {
            Some(keys) => Keys::parse(keys)?,
            None => key_file(&config.key_file())?,
        };
        let db = Db::connect(&config.database_url)
            .await
            .context("the database cannot be opened")?;
        if db.is_embedded() || migrate {
            db.migrate().await.context("the database cannot be migrated")?;
        } else if db.schema().await? == Schema::Old {
            bail!(
                "the database's tables are older than this program: run `muster migrate`, or start with --migrate"
            );
        }
        let mailer = mailer(&config)?;
        let env = Env::new(clock, keys, passwords, mailer.from_domain())
            .with_presets(config.presets.clone())
            .with_reach(config.reach.clone());
        Ok(Self {
            config,
            db,
            env,
            metrics: Metrics::default(),
            jobs: muster_jobs::Options::default(),
        })
    }

    /// Writes down whom the settings name, for every process on this database.
    async fn appoint_super_admins(&self) -> anyhow::Result<()> {
        let mut tx = self.db.write().await?;
        operator::appoint(&mut tx, &self.config.super_admins).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Runs the parts that were asked for until `stop`, or until one of them dies, then ends them. The error names the part
    /// that died.
    pub async fn run(self, roles: &[Role], stop: CancellationToken) -> anyhow::Result<()> {
        self.start(roles, None, stop).await?.ended().await
    }

    /// Starts the parts that were asked for, on `listener` or on the address of the settings.
    pub async fn start(
        self,
        roles: &[Role],
        listener: Option<TcpListener>,
        stop: CancellationToken,
    ) -> anyhow::Result<Running> {
        self.appoint_super_admins().await?;
        let mut parts = Parts::new(stop.clone());
        let mut finished = None;
        if roles.contains(&Role::Worker) {
            let engine = muster_jobs::Engine::new(self.job_context()?, self.jobs);
            finished = Some(engine.settled());
            parts.work("the worker", engine.run(parts.stop_work()).map(Ok));
        }
        if roles.contains(&Role::Web) {
            let listener = match listener {
                Some(listener) => listener,
                None => listen(self.config.listen_addr).await?,
            };
            tracing::info!(
                "serving the pages on {} as {}",
                listener.local_addr()?,
                self.config.public_url
            );
            let served = crate::web::serve(listener, crate::web::router(self.web()?), stop.clone());
            parts.door("the pages", served.err_into());
        }
        if let Some(address) = self.config.metrics_addr {
            let listener = listen(address).await?;
            tracing::info!("serving /metrics on {}", listener.local_addr()?);
            let served = crate::web::serve(listener, metrics::router(self.figures()), stop.clone());
            parts.door("the metrics", served.err_into());
        }
        if roles.contains(&Role::Bot) {
            self.bot(&mut parts, stop)?;
        }
        let task = tokio::spawn(async move {
            let ended = parts.ended().await;
            self.db.close().await;
            ended
        });
        Ok(Running { finished, task })
    }

    /// What background jobs need, by the settings.
    pub fn job_context(&self) -> anyhow::Result<muster_jobs::Context> {
        if self.config.smtp_url.is_none() {
            tracing::warn!(
                "SMTP_URL is not set: mails are written to {}",
                outbox(&self.config).display()
            );
        }
        Ok(muster_jobs::Context {
            db: self.db.clone(),
            env: self.env.clone(),
            mailer: mailer(&self.config)?,
            discord: match self.connection() {
                Some(connection) => Some(Messenger::new(&connection)?),
                None => None,
            },
            public_url: self.config.public_url.clone(),
            metrics: self.metrics.clone(),
        })
    }

    fn figures(&self) -> Figures {
        Figures {
            metrics: self.metrics.clone(),
            db: self.db.clone(),
            clock: self.env.clock().clone(),
        }
    }

    /// How the bot reaches Discord, if there is one.
    fn connection(&self) -> Option<Connection> {
        Some(Connection {
            token: self.config.discord_token.clone()?,
            api_url: self.config.discord_api_url.clone(),
        })
    }

    fn web(&self) -> anyhow::Result<Web> {
        let discord = match &self.config.discord_oauth {
            None => None,
            Some((id, secret)) => {
                let api_url = match &self.config.discord_api_url {
                    Some(url) => url.clone(),
                    None => DISCORD.parse()?,
                };
                let oauth = DiscordOAuth::new(api_url, id.clone(), secret.clone())?;
                Some(oauth.with_bot(self.config.discord_token.clone()))
            }
        };
        Ok(Web {
            db: self.db.clone(),
            env: self.env.clone(),
            public_url: self.config.public_url.clone(),
            discord,
            trusted_proxies: self.config.trusted_proxies.clone(),
            figures: self.config.metrics_addr.is_none().then(|| self.figures()),
            limits: self.config.api_limits,
        })
    }

    /// Starts the bot on threads of its own: serenity can spin on a lost connection, and then neither pages nor jobs may
    /// stall. A bot that Discord refuses leaves pages and jobs running.
    fn bot(&self, parts: &mut Parts, stop: CancellationToken) -> anyhow::Result<()> {
        let Some(connection) = self.connection() else {
            tracing::warn!("DISCORD_TOKEN is not set: the bot is off, pages and jobs run");
            return Ok(());
        };
        let files = file::client().context("no file can be fetched")?;
        let (app, until) = (self.clone(), stop.clone());
        let running = on_own_threads("discord", BOT_GOODBYE, async move {
            let desk = Desk {
                // Connections belong to the runtime that opened them.
                db: app.db.with_own_connections(),
                env: app.env,
                public_url: app.config.public_url,
                linking: app.config.discord_oauth.is_some(),
                mail: app.config.smtp_url.is_some(),
                files,
            };
            if let Err(refused) = bot::run(desk, connection, until).await {
                tracing::error!("the bot is off until the next start, pages and jobs go on: {refused}");
            }
        })?;
        parts.door("the bot", async move {
            running.await?;
            stop.cancelled().await;
            Ok(())
        });
        Ok(())
    }
}

/// The program, running.
pub struct Running {
    /// Changes whenever a job has finished; absent when this process runs none.
    pub finished: Option<watch::Receiver<u64>>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Waits until the program has been told to stop, or a part has died, and every part has ended.
    pub async fn ended(self) -> anyhow::Result<()> {
        self.task.await?
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on"))
}

/// How mails leave, by the settings.
fn mailer(config: &Config) -> anyhow::Result<Mailer> {
    Ok(Mailer::from_url(
        config.smtp_url.as_deref(),
        &config.mail_from,
        &outbox(config),
    )?)
}

fn outbox(config: &Config) -> std::path::PathBuf {
    config.data_folder().join("outbox")
}

/// Reads the key file, made at the first start so that only its owner can read it.
fn key_file(path: &Path) -> anyhow::Result<Keys> {
    use std::io::{ErrorKind, Write};
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(mut file) => {
            file.write_all(Keys::generate().as_bytes())?;
            file.sync_all()?;
            tracing::info!(
                "made a new secret key in {}: keep a copy of it with your backups",
                path.display()
            );
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("{} cannot be made", path.display())),
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Keys::parse(text.trim()).with_context(|| format!("{} does not hold a key", path.display()))
}
