//! One transaction on either database, and the `sql!` macro that writes each query once.
//!
//! Native transactions behind an enum keep native types, `begin immediate` and row locks; the SQL is the portable subset
//! that both databases understand, with `$n` placeholders and bound times. Every core test runs on both databases, which
//! is what takes the place of a check at compile time.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{Postgres, Sqlite, Transaction};

use crate::checkpoint::Checkpoints;
use crate::db::Wake;
use crate::error::Error;
use crate::ids::TeamId;

/// A transaction. Dropping it without [`Tx::commit`] undoes everything; the edge commits, the core never does.
pub struct Tx {
    pub(crate) conn: Conn,
    id: u64,
    wake: Option<Wake>,
    checkpoints: Option<Checkpoints>,
    enqueued: bool,
}

/// The two kinds of transaction.
pub(crate) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Wraps a transaction; `wake` is pinged after a commit that enqueued jobs, and absent when only reading; `checkpoints`
    /// are told of each commit to an embedded database.
    pub(crate) fn new(conn: Conn, wake: Option<Wake>, checkpoints: Option<Checkpoints>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            conn,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            wake,
            checkpoints,
            enqueued: false,
        }
    }

    /// Tells this transaction from every other one of the process: a permission granted in one is worth nothing in
    /// another.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Whether rows may be changed, and so have to be locked before they are judged.
    pub fn writes(&self) -> bool {
        self.wake.is_some()
    }

    /// Waits until no other transaction holds this name, and holds it until the end: for rules that count rows which no
    /// common row stands for. On SQLite `begin immediate` has locked everything already.
    pub(crate) async fn hold(&mut self, name: &str) -> Result<(), Error> {
        if let Conn::Postgres(tx) = &mut self.conn {
            let hash = crate::env::sha256(name.as_bytes());
            let number = hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
            sqlx::query("select pg_advisory_xact_lock($1)")
                .bind(number)
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// From here on only this team's rows are there. PostgreSQL sees to it (migration 0012); on SQLite the queries do, all of
    /// which name their team.
    pub(crate) async fn only(&mut self, team: TeamId) -> Result<(), Error> {
        if let Conn::Postgres(tx) = &mut self.conn {
            sqlx::query(
                "select set_config('muster.team', $1, true), set_config('role', 'muster_team', true)",
            )
            .bind(team)
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    /// Notes that workers should look at the queue once this is committed.
    pub(crate) fn note_enqueued(&mut self) {
        self.enqueued = true;
    }

    /// Makes everything durable, then wakes the workers if jobs were enqueued.
    pub async fn commit(self) -> Result<(), Error> {
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await?,
            Conn::Postgres(tx) => tx.commit().await?,
        }
        if let (true, Some(wake)) = (self.enqueued, self.wake) {
            wake.ping();
        }
        if let Some(checkpoints) = self.checkpoints {
            checkpoints.committed();
        }
        Ok(())
    }
}

/// Runs one SQL text on whichever database the transaction is on.
///
/// - `sql!(execute tx, "…", args…)`: rows affected, `u64`.
/// - `sql!(fetch_one T, tx, …)`, `fetch_optional`, `fetch_all`: rows as `T: FromRow`.
/// - `sql!(value T, tx, …)`, `values`: the first column.
/// - `sql!(free T, tx, …)`: like `values`, and locks the rows until the end of the transaction, but for those that
///   another transaction holds, which are left out.
/// - `sql!(lock T, tx, …)`: like `fetch_optional`, and locks the row until the end of the transaction when it writes.
///   On SQLite `begin immediate` has locked everything already.
macro_rules! sql {
    (execute $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query::<sqlx::Sqlite>($q)$(.bind($arg))*.execute(&mut **t).await.map(|r| r.rows_affected()),
            $crate::tx::Conn::Postgres(t) => sqlx::query::<sqlx::Postgres>($q)$(.bind($arg))*.execute(&mut **t).await.map(|r| r.rows_affected()),
        }
    };
    (value $ty:ty, $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query_scalar::<sqlx::Sqlite, $ty>($q)$(.bind($arg))*.fetch_one(&mut **t).await,
            $crate::tx::Conn::Postgres(t) => sqlx::query_scalar::<sqlx::Postgres, $ty>($q)$(.bind($arg))*.fetch_one(&mut **t).await,
        }
    };
    (values $ty:ty, $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query_scalar::<sqlx::Sqlite, $ty>($q)$(.bind($arg))*.fetch_all(&mut **t).await,
            $crate::tx::Conn::Postgres(t) => sqlx::query_scalar::<sqlx::Postgres, $ty>($q)$(.bind($arg))*.fetch_all(&mut **t).await,
        }
    };
    (free $ty:ty, $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query_scalar::<sqlx::Sqlite, $ty>($q)$(.bind($arg))*.fetch_all(&mut **t).await,
            $crate::tx::Conn::Postgres(t) => {
                sqlx::query_scalar::<sqlx::Postgres, $ty>(concat!($q, " for update skip locked"))$(.bind($arg))*.fetch_all(&mut **t).await
            }
        }
    };
    (lock $ty:ty, $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {{
        let writes = $tx.writes();
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query_as::<sqlx::Sqlite, $ty>($q)$(.bind($arg))*.fetch_optional(&mut **t).await,
            $crate::tx::Conn::Postgres(t) if writes => {
                sqlx::query_as::<sqlx::Postgres, $ty>(concat!($q, " for update"))$(.bind($arg))*.fetch_optional(&mut **t).await
            }
            $crate::tx::Conn::Postgres(t) => sqlx::query_as::<sqlx::Postgres, $ty>($q)$(.bind($arg))*.fetch_optional(&mut **t).await,
        }
    }};
    ($method:ident $ty:ty, $tx:expr, $q:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => sqlx::query_as::<sqlx::Sqlite, $ty>($q)$(.bind($arg))*.$method(&mut **t).await,
            $crate::tx::Conn::Postgres(t) => sqlx::query_as::<sqlx::Postgres, $ty>($q)$(.bind($arg))*.$method(&mut **t).await,
        }
    };
}
pub(crate) use sql;

/// Runs one SQL text about many things on whichever database the transaction is on: `head`, then `values (…), (…)` with
/// one group for each item, then `tail`. The closure binds an item's values.
///
/// - `sql_many!(execute tx, items, "insert into t (a, b)", |row, item| { row.push_bind(item.a); … }, "")`: rows affected.
/// - `sql_many!(fetch_all T, tx, items, "select … where id in (", |row, item| { … }, ")")`: rows as `T: FromRow`.
///
/// There are at most [`MANY`] items; without any the text would not be SQL.
macro_rules! sql_many {
    (execute $tx:expr, $items:expr, $head:expr, |$row:ident, $item:ident| $bind:block, $tail:expr) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new($head);
                query.push_values($items, |mut $row, $item| $bind).push($tail);
                query
                    .build()
                    .execute(&mut **t)
                    .await
                    .map(|done| done.rows_affected())
            }
            $crate::tx::Conn::Postgres(t) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new($head);
                query.push_values($items, |mut $row, $item| $bind).push($tail);
                query
                    .build()
                    .execute(&mut **t)
                    .await
                    .map(|done| done.rows_affected())
            }
        }
    };
    (fetch_all $ty:ty, $tx:expr, $items:expr, $head:expr, |$row:ident, $item:ident| $bind:block, $tail:expr) => {
        match &mut $tx.conn {
            $crate::tx::Conn::Sqlite(t) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new($head);
                query.push_values($items, |mut $row, $item| $bind).push($tail);
                query.build_query_as::<$ty>().fetch_all(&mut **t).await
            }
            $crate::tx::Conn::Postgres(t) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new($head);
                query.push_values($items, |mut $row, $item| $bind).push($tail);
                query.build_query_as::<$ty>().fetch_all(&mut **t).await
            }
        }
    };
}
pub(crate) use sql_many;

/// How many things one statement of [`sql_many!`] may be about: SQLite takes 32,766 values, and nothing here binds more
/// than 16 for one thing.
pub(crate) const MANY: usize = 1000;
