//! Opening either database by its URL, with the settings that the promises rest on, and starting transactions.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use tokio::sync::watch;

use crate::checkpoint::Checkpoints;
use crate::error::Error;
use crate::tx::{Conn, Tx, sql};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");
/// apalis-sqlite calls its own table `_sqlx_migrations`, so ours has a name of its own on both databases.
const OUR_MIGRATIONS: &str = "_muster_migrations";
const QUEUE_MIGRATIONS: &str = "_apalis_migrations";
/// How transactions begin on PostgreSQL. Until they enter a team, they see every team's rows: see [`Tx::only`].
const WRITE: &str = "begin isolation level read committed; set local muster.team = '*'";
const READ: &str = "begin isolation level repeatable read read only; set local muster.team = '*'";
/// How much of an embedded database each connection keeps in memory at most, in KiB, as SQLite spells it.
const CACHE_KIB: &str = "-16384";
/// The pages (of 4 KiB) in the write-ahead log above which a commit itself moves them into the file: far more than
/// [`Checkpoints`] lets it grow to, but for writers that never pause.
const LONGEST_LOG: &str = "16384";

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    wake: Wake,
    /// Of an embedded database.
    checkpoints: Option<Checkpoints>,
}

/// The connections behind a [`Db`]: what the queue needs to run on the same database.
#[derive(Clone)]
pub enum Pools {
    /// SQLite has one writer; readers never wait for it (WAL).
    Sqlite {
        /// One connection, in turn.
        writer: SqlitePool,
        /// Several, that cannot change anything.
        readers: SqlitePool,
    },
    /// PostgreSQL arbitrates by itself.
    Postgres(PgPool),
}

/// Whether the database's tables are those this program was built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// They are.
    Current,
    /// Migrations of ours have not been applied.
    Old,
}

impl Db {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…` and checks that what it answers as done stays done.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let pools = match url.split(':').next() {
            Some("sqlite") => connect_sqlite(url).await?,
            Some("postgres" | "postgresql") => connect_postgres(url).await?,
            _ => {
                return Err(Error::internal(
                    "DATABASE_URL has to start with `sqlite:` or `postgres://`",
                ));
            }
        };
        let checkpoints = match &pools {
            Pools::Sqlite { writer, readers } => Some(Checkpoints::new(readers.clone(), writer.clone())),
            Pools::Postgres(_) => None,
        };
        Ok(Self {
            pools,
            wake: Wake::new(),
            checkpoints,
        })
    }

    /// The same database through connections of its own, for use on another runtime: a PostgreSQL connection stops
    /// working together with the runtime that opened it. SQLite's connections have threads of their own and are shared.
    pub fn with_own_connections(&self) -> Self {
        let pools = match &self.pools {
            Pools::Sqlite { .. } => self.pools.clone(),
            Pools::Postgres(pool) => {
                Pools::Postgres(postgres_pool().connect_lazy_with((*pool.connect_options()).clone()))
            }
        };
        Self {
            pools,
            wake: self.wake.clone(),
            checkpoints: self.checkpoints.clone(),
        }
    }

    /// The connections, for the queue.
    pub fn pools(&self) -> &Pools {
        &self.pools
    }

    /// What rings when jobs were committed.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Whether this is the embedded database of one process, which migrates by itself.
    pub fn is_embedded(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Whether the tables are those this program was built for.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let newest = POSTGRES
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or_default();
        let present: bool = match &self.pools {
            Pools::Sqlite { readers, .. } => {
                sqlx::query_scalar("select count(*) = 1 from sqlite_master where name = $1")
                    .bind(OUR_MIGRATIONS)
                    .fetch_one(readers)
                    .await?
            }
            Pools::Postgres(pool) => {
                sqlx::query_scalar("select to_regclass($1) is not null")
                    .bind(OUR_MIGRATIONS)
                    .fetch_one(pool)
                    .await?
            }
        };
        if !present {
            return Ok(Schema::Old);
        }
        let mut tx = self.read().await?;
        let applied =
            sql!(value i64, tx, "select coalesce(max(version), 0) from _muster_migrations where success")?;
        Ok(if applied >= newest {
            Schema::Current
        } else {
            Schema::Old
        })
    }

    /// Brings the tables, ours and the queue's, up to date. Safe to run twice and from several processes at once.
    pub async fn migrate(&self) -> Result<(), Error> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                named(&SQLITE, OUR_MIGRATIONS)
                    .run(writer)
                    .await
                    .map_err(Error::internal)?;
                named(&apalis_sqlite::SqliteStorage::migrations(), QUEUE_MIGRATIONS)
                    .run(writer)
                    .await
                    .map_err(Error::internal)?;
                // The planner prefers this index for acknowledging, at a fortieth of the speed of the primary key.
                sqlx::query("drop index if exists LIdx").execute(writer).await?;
            }
            Pools::Postgres(pool) => {
                // Waiting for another replica's migration, or building a long index, has no limit.
                let patient = (*pool.connect_options())
                    .clone()
                    .options([("statement_timeout", "0"), ("lock_timeout", "0")]);
                let pool = PgPoolOptions::new()
                    .max_connections(2)
                    .connect_with(patient)
                    .await?;
                named(&POSTGRES, OUR_MIGRATIONS)
                    .run(&pool)
                    .await
                    .map_err(Error::internal)?;
                apalis_postgres::PostgresStorage::setup(&pool)
                    .await
                    .map_err(Error::internal)?;
                // Whoever has entered a team asks for jobs all the same.
                for grant in [
                    "grant usage on schema apalis to muster_team",
                    "grant select, insert, update, delete on all tables in schema apalis to muster_team",
                ] {
                    sqlx::query(grant).execute(&pool).await?;
                }
                // apalis finds what waits by an index of its own, and leaves what is held or dead to a look at everything.
                sqlx::query(
                    "create index if not exists muster_jobs_held_or_dead on apalis.jobs (status, done_at)
                     where status in ('Queued', 'Running', 'Failed', 'Killed')",
                )
                .execute(&pool)
                .await?;
                pool.close().await;
            }
        }
        Ok(())
    }

    /// A transaction that may write. On SQLite it takes the one write lock at once; on PostgreSQL the rows that a rule
    /// is about are locked first, by [`crate::team::lock`].
    pub async fn write(&self) -> Result<Tx, Error> {
        let conn = match &self.pools {
            Pools::Sqlite { writer, .. } => Conn::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin_with(WRITE).await?),
        };
        Ok(Tx::new(conn, Some(self.wake.clone()), self.checkpoints.clone()))
    }

    /// A transaction that sees one state of everything and changes nothing.
    pub async fn read(&self) -> Result<Tx, Error> {
        let conn = match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin_with(READ).await?),
        };
        Ok(Tx::new(conn, None, None))
    }

    /// Ends every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

fn named(migrator: &Migrator, table: &'static str) -> Migrator {
    let mut migrator = Migrator {
        migrations: Cow::Owned(migrator.migrations.to_vec()),
        ..Migrator::DEFAULT
    };
    migrator.dangerous_set_table_name(table);
    migrator
}

async fn connect_sqlite(url: &str) -> Result<Pools, Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .pragma("recursive_triggers", "on")
        .pragma("trusted_schema", "off")
        // Pages in memory, in KiB: SQLite's own 2,000 make a busy database write the same pages over and over.
        // What a statement has to be able to undo is small, and was written to a file for each of many rows.
        .pragma("temp_store", "memory")
        .pragma("cache_size", CACHE_KIB)
        .pragma("wal_autocheckpoint", LONGEST_LOG);
    if options.get_filename().as_os_str().is_empty() || url.contains(":memory:") {
        return Err(Error::internal(
            "DATABASE_URL needs a file: an in-memory database would forget everything",
        ));
    }
    if let Some(folder) = options.get_filename().parent() {
        tokio::fs::create_dir_all(folder).await.map_err(Error::internal)?;
    }
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.clone())
        .await?;
    assert_settings(
        &writer,
        &[
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("recursive_triggers", "1"),
        ],
    )
    .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.create_if_missing(false).pragma("query_only", "on"))
        .await?;
    Ok(Pools::Sqlite { writer, readers })
}

async fn assert_settings(pool: &SqlitePool, wanted: &[(&str, &str)]) -> Result<(), Error> {
    for (name, value) in wanted {
        // The table-valued form answers every pragma as text.
        let text = format!("select cast({name} as text) from pragma_{name}");
        let found: String = sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(pool).await?;
        if found != *value {
            return Err(Error::internal(format!(
                "SQLite has {name}={found}, and our promises need {value}"
            )));
        }
    }
    Ok(())
}

async fn connect_postgres(url: &str) -> Result<Pools, Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("muster")
        .options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ]);
    let pool = postgres_pool().connect_with(options).await?;
    for (name, allowed) in [
        ("fsync", &["on"][..]),
        ("synchronous_commit", &["on", "remote_apply", "remote_write"]),
    ] {
        let found: String = sqlx::query_scalar("select current_setting($1)")
            .bind(name)
            .fetch_one(&pool)
            .await?;
        if !allowed.contains(&found.as_str()) {
            return Err(Error::internal(format!(
                "PostgreSQL has {name}={found}, and our promises need it on"
            )));
        }
    }
    Ok(Pools::Postgres(pool))
}

fn postgres_pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
}

/// Rings for everybody who waits for jobs. Any number of pings while nobody looks count as one.
#[derive(Clone)]
pub struct Wake(watch::Sender<()>);

impl Wake {
    fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    /// Tells every waiting worker to look at the queue.
    pub fn ping(&self) {
        self.0.send_replace(());
    }

    /// A receiver that changes at every ping from now on.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
