//! The tables as they are, read past the program: what a campaign judges by.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use muster_core::db::{Db, Pools};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, Postgres, Sqlite, Transaction};

/// One state of the whole database. Texts call the queue's tables `JOBS` and `WORKERS`.
pub enum Look {
    /// Of a file.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of a server.
    Postgres(Transaction<'static, Postgres>),
}

/// What can be read from either database.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

impl Look {
    /// At what is there now; later changes do not show.
    pub async fn at(db: &Db) -> anyhow::Result<Self> {
        Ok(match db.pools() {
            Pools::Sqlite { readers, .. } => Self::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                Self::Postgres(pool.begin_with("begin isolation level repeatable read").await?)
            }
        })
    }

    /// The rows of a query.
    pub async fn rows<T: Row>(&mut self, sql: &str) -> anyhow::Result<Vec<T>> {
        match self {
            Self::Sqlite(t) => {
                let sql = AssertSqlSafe(sqlite(sql));
                sqlx::query_as(sql).fetch_all(&mut **t).await
            }
            Self::Postgres(t) => {
                let sql = AssertSqlSafe(postgres(sql));
                sqlx::query_as(sql).fetch_all(&mut **t).await
            }
        }
        .with_context(|| sql.to_owned())
    }

    /// The texts of a query's only column.
    pub async fn texts(&mut self, sql: &str) -> anyhow::Result<Vec<String>> {
        let rows: Vec<(String,)> = self.rows(sql).await?;
        Ok(rows.into_iter().map(|(text,)| text).collect())
    }

    /// What a query counts.
    pub async fn count(&mut self, sql: &str) -> anyhow::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(sql).await?;
        Ok(rows.first().context("a count is one row")?.0)
    }
}

/// Changes rows behind the program's back; `$1` is this moment. Answers how many.
pub async fn meddle(db: &Db, sql: &str) -> anyhow::Result<u64> {
    meddle_at(db, sql, muster_core::env::Clock::system().now()).await
}

/// The same with another moment.
pub async fn meddle_at(db: &Db, sql: &str, at: DateTime<Utc>) -> anyhow::Result<u64> {
    let bound = sql.contains("$1");
    let changed = match db.pools() {
        Pools::Sqlite { writer, .. } => {
            let query = sqlx::query(AssertSqlSafe(sqlite(sql)));
            let query = if bound { query.bind(at) } else { query };
            query.execute(writer).await.map(|done| done.rows_affected())
        }
        Pools::Postgres(pool) => {
            let query = sqlx::query(AssertSqlSafe(postgres(sql)));
            let query = if bound { query.bind(at) } else { query };
            query.execute(pool).await.map(|done| done.rows_affected())
        }
    };
    changed.with_context(|| sql.to_owned())
}

fn sqlite(sql: &str) -> String {
    sql.replace("JOBS", "Jobs").replace("WORKERS", "Workers")
}

fn postgres(sql: &str) -> String {
    sql.replace("JOBS", "apalis.jobs")
        .replace("WORKERS", "apalis.workers")
}
