//! Fresh PostgreSQL databases for tests, with nothing to set up first.
//!
//! The first test of a process starts a cluster of its own (or takes the server of `TEST_DATABASE_URL`); each test then gets
//! a database, cloned from a template that was migrated once. Without PostgreSQL the test fails: skipping would leave
//! half of the promise untested and nobody the wiser.

mod cluster;

use std::collections::HashMap;
use std::env::VarError;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, OnceLock, mpsc};
use std::time::{Duration, SystemTime};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::sync::Mutex;

pub use self::cluster::Cluster;

/// Every database made here begins so, to be told from a person's own on a server that is shared.
const PREFIX: &str = "muster_test";
/// What a run that was killed left on a shared server is taken away by a later run, once it is so old.
const STALE: Duration = Duration::from_hours(24);

/// A database of its own for one test. Dropped, in the background, together with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where to connect.
    pub url: String,
    name: String,
}

impl TestDatabase {
    fn new(name: String) -> TestDatabase {
        TestDatabase {
            url: with_database(server(), &name),
            name,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Fails only when the janitor is gone, and then the process is ending.
        let _ = janitor().send(std::mem::take(&mut self.name));
    }
}

/// An empty database.
pub async fn fresh_database() -> TestDatabase {
    let _one_at_a_time = TEMPLATES.lock().await;
    let name = new_name();
    admin(&format!("create database {name}")).await;
    TestDatabase::new(name)
}

/// A database as `migrate` leaves it, given the URL of an empty one. It runs once for each `template` in a process; after
/// that a database is a copy, which takes a fraction of the time.
pub async fn fresh_database_from<F, M>(template: &str, migrate: F) -> TestDatabase
where
    F: FnOnce(String) -> M,
    M: Future<Output = ()>,
{
    // Copying needs a template that nobody is connected to, and one that is there: one test at a time.
    let mut templates = TEMPLATES.lock().await;
    let source = if let Some(source) = templates.get(template) {
        source.clone()
    } else {
        let source = new_name();
        admin(&format!("create database {source}")).await;
        migrate(with_database(server(), &source)).await;
        // A pool that `migrate` left behind would make every copy fail.
        admin(&format!("alter database {source} with allow_connections false")).await;
        admin(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{source}'"
        ))
        .await;
        templates.insert(template.to_owned(), source.clone());
        source
    };
    let name = new_name();
    admin(&format!("create database {name} template {source}")).await;
    TestDatabase::new(name)
}

/// The database that holds each template, by the name the tests know it by.
static TEMPLATES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);

/// Where the databases are made. The first caller waits for the cluster to start and all others with it; a failure is the
/// same sentence for every test.
fn server() -> &'static str {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let found = SERVER.get_or_init(|| match std::env::var("TEST_DATABASE_URL") {
        Ok(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Server::Given(url))
        }
        Ok(_) => Err("TEST_DATABASE_URL does not begin with postgres://".to_owned()),
        Err(VarError::NotPresent) => Cluster::start().map(Server::Own),
        Err(error) => Err(format!("TEST_DATABASE_URL: {error}")),
    });
    match found {
        Ok(Server::Own(cluster)) => cluster.url(),
        Ok(Server::Given(url)) => url,
        Err(sentence) => panic!("{sentence}"),
    }
}

enum Server {
    Own(Cluster),
    Given(String),
}

/// Runs one statement outside of any test's database.
async fn admin(statement: &str) {
    // Starting a cluster takes a second or two, which must not hold up the other tasks of this runtime.
    let url = tokio::task::spawn_blocking(server)
        .await
        .unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()));
    try_admin(url, statement)
        .await
        .unwrap_or_else(|error| panic!("`{statement}` failed on the test server: {error}"));
}

async fn try_admin(url: &str, statement: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// A name nobody else uses on this server: another process may be testing there at the same time.
#[expect(
    clippy::disallowed_methods,
    reason = "names must differ between runs, which is what Env is there to prevent"
)]
fn new_name() -> String {
    static RUN: LazyLock<String> = LazyLock::new(|| {
        let mut random = [0; 4];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        format!(
            "{:x}_{:08x}",
            seconds(SystemTime::now()),
            u32::from_ne_bytes(random)
        )
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{PREFIX}_{}_{}", *RUN, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Whether a database was made here and so long ago that its run must be over.
fn is_stale(name: &str, now: SystemTime) -> bool {
    let made = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('_'))
        .and_then(|rest| rest.split('_').next());
    made.and_then(|hex| u64::from_str_radix(hex, 16).ok())
        .is_some_and(|made| made + STALE.as_secs() < seconds(now))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Drops what tests are done with, on a thread of its own: a value cannot wait while it is dropped, and the runtime of a
/// test ends with it.
fn janitor() -> &'static mpsc::Sender<String> {
    static JANITOR: LazyLock<mpsc::Sender<String>> = LazyLock::new(|| {
        let (sender, done) = mpsc::channel::<String>();
        std::thread::Builder::new()
            .name("test databases".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.expect("a runtime for dropping test databases");
                runtime.block_on(sweep());
                for name in done {
                    runtime.block_on(drop_database(&name));
                }
            })
            .expect("a thread for dropping test databases");
        sender
    });
    &JANITOR
}

/// A cluster of our own is removed whole; a server that was given to us keeps what killed runs left.
#[expect(
    clippy::disallowed_methods,
    reason = "the age of what other runs left is a matter of real time"
)]
async fn sweep() {
    let names = async {
        let mut connection = PgConnection::connect(server()).await?;
        let names: Vec<String> = sqlx::query_scalar("select datname::text from pg_database")
            .fetch_all(&mut connection)
            .await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(names)
    };
    match names.await {
        Ok(names) => {
            for name in names.iter().filter(|name| is_stale(name, SystemTime::now())) {
                drop_database(name).await;
            }
        }
        Err(error) => tracing::debug!(%error, "could not look for old test databases"),
    }
}

async fn drop_database(name: &str) {
    // `force` ends connections that a test's pool has not closed yet.
    if let Err(error) = try_admin(server(), &format!("drop database if exists {name} with (force)")).await {
        tracing::debug!(%error, name, "could not drop a test database");
    }
}

/// The same server and options, another database.
fn with_database(url: &str, name: &str) -> String {
    let (place, options) = url
        .split_once('?')
        .map_or((url, String::new()), |(place, rest)| (place, format!("?{rest}")));
    let authority = place.find("://").map_or(0, |at| at + 3);
    let end = place[authority..]
        .find('/')
        .map_or(place.len(), |at| authority + at);
    format!("{}/{name}{options}", &place[..end])
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, PgConnection};

    use super::*;

    async fn one(url: &str, statement: &'static str) -> String {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(statement)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn databases_are_apart() {
        let (one, two) = tokio::join!(fresh_database(), fresh_database());
        try_admin(&one.url, "create table here (id int)").await.unwrap();
        try_admin(&two.url, "create table here (id int)").await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_template_is_migrated_once_and_copied_for_each() {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let tests: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn(fresh_database_from("copied", async |url| {
                    RUNS.fetch_add(1, Ordering::Relaxed);
                    // Left open on purpose: a migration's pool closes when it likes.
                    let mut open = PgConnection::connect(&url).await.unwrap();
                    sqlx::raw_sql("create table word (it text); insert into word values ('hello')")
                        .execute(&mut open)
                        .await
                        .unwrap();
                    std::mem::forget(open);
                }))
            })
            .collect();
        for test in tests {
            let database = test.await.unwrap();
            assert_eq!(one(&database.url, "select it from word").await, "hello");
            try_admin(&database.url, "delete from word").await.unwrap();
        }
        assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_dropped_database_goes_away_even_while_connected() {
        let database = fresh_database().await;
        let url = database.url.clone();
        let mut open = PgConnection::connect(&url).await.unwrap();
        drop(database);
        // The server ends the connection, which the connection learns when it next asks something.
        let gone = tokio::time::timeout(Duration::from_secs(20), async {
            while sqlx::raw_sql("select 1").execute(&mut open).await.is_ok() {
                tokio::task::yield_now().await;
            }
        });
        gone.await.expect("the janitor ends what is connected");
    }

    #[tokio::test]
    async fn the_cluster_is_as_durable_as_a_real_one() {
        let database = fresh_database().await;
        assert_eq!(one(&database.url, "show fsync").await, "on");
        assert_eq!(one(&database.url, "show synchronous_commit").await, "on");
        assert_eq!(one(&database.url, "show server_encoding").await, "UTF8");
    }

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            (
                "postgres://u:p@h:5432/db?sslmode=disable",
                "postgres://u:p@h:5432/x?sslmode=disable",
            ),
            ("postgres://h", "postgres://h/x"),
            (
                "postgres:///db?host=/run/postgresql",
                "postgres:///x?host=/run/postgresql",
            ),
            ("postgresql://u@[::1]:5432/", "postgresql://u@[::1]:5432/x"),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }

    #[test]
    fn only_what_is_ours_and_old_is_stale() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(100);
        let made = |hours: u64| format!("{PREFIX}_{:x}_00000000_0", hours * 3600);
        assert!(is_stale(&made(75), now));
        assert!(!is_stale(&made(77), now));
        assert!(!is_stale("postgres", now));
        assert!(!is_stale("muster", now));
        assert!(!is_stale("muster_test_of_mine", now));
    }
}
