//! The commands for operators that do their work and end.

pub mod audit;
pub mod jobs;
pub mod team;

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use muster_core::db::{Db, Schema};
use muster_core::env::Clock;
use muster_core::password::Passwords;

use crate::app::App;
use crate::config::{DATABASE_URL, Settings, sqlite_file};

/// Which database a command is about.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// `sqlite:FILE` or `postgres://…`.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = DATABASE_URL,
        hide_env_values = true,
        global = true
    )]
    database_url: String,
}

impl Database {
    /// Where it is. A variable that is set to nothing counts as not set.
    pub fn url(&self) -> &str {
        match self.database_url.trim() {
            "" => DATABASE_URL,
            url => url,
        }
    }

    /// Opens a database that is there and has this program's tables; makes and changes nothing. A server may be using
    /// it meanwhile.
    async fn open(&self) -> anyhow::Result<Db> {
        if let Some(file) = sqlite_file(self.url())
            && !Path::new(file).is_file()
        {
            bail!(
                "there is no database in {file}: run this in the folder where the server runs, or name the database with \
                 DATABASE_URL or --database-url"
            );
        }
        let db = Db::connect(self.url()).await.context(
            "the database cannot be opened: is DATABASE_URL (or --database-url) right, and does the database run?",
        )?;
        match db.schema().await {
            Ok(Schema::Current) => Ok(db),
            Ok(Schema::Old) => bail!(
                "the database's tables are older than this program, or not there: if it is the right database, run \
                 `muster migrate`"
            ),
            Err(error) => Err(error).context("the database cannot be read"),
        }
    }
}

/// Opens a database that is there, with the key that its logs are signed with.
async fn open_app(settings: Settings) -> anyhow::Result<App> {
    let config = settings.read()?;
    if let Some(file) = sqlite_file(&config.database_url)
        && !Path::new(file).is_file()
    {
        bail!("there is no database in {file}: run this in the folder where the server runs");
    }
    if config.secret_key.is_none() && !config.key_file().is_file() {
        bail!(
            "there is no key in {}: run this in the folder where the server runs, or give it the server's SECRET_KEY",
            config.key_file().display()
        );
    }
    App::open(config, Clock::system(), Passwords::strong(), false)
        .await
        .context("the database cannot be used")
}
