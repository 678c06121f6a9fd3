//! A database that takes its time: a trigger waits, or counts, while a password is changed.

use muster_core::db::Pools;
use muster_core::ids::AccountId;
use muster_core::testing::World;
use sqlx::AssertSqlSafe;

/// What slows a database down while it is there.
pub struct Slow<'a> {
    world: &'a World,
    /// How far SQLite counts, which cannot wait.
    count: u64,
}

impl<'a> Slow<'a> {
    /// Lets every change of a password wait for longer than the second from which on sqlx calls a statement slow.
    pub async fn begin(world: &'a World) -> Self {
        let slow = Self {
            world,
            count: 8_000_000,
        };
        if world.db.is_embedded() {
            slow.put().await;
        } else {
            slow.run(
                "create function canary_slow() returns trigger language plpgsql as
                      $$ begin perform pg_sleep(1.2); return new; end $$",
            )
            .await;
            slow.run(
                "create trigger canary_slow before update of password_hash on accounts
                      for each row execute function canary_slow()",
            )
            .await;
        }
        slow
    }

    /// Counts twice as far from now on, if it was not far enough for this machine.
    pub async fn more(&mut self) {
        assert!(self.world.db.is_embedded(), "waiting takes as long everywhere");
        self.take_away().await;
        self.count *= 2;
        self.put().await;
    }

    /// Ends it.
    pub async fn end(self) {
        if self.world.db.is_embedded() {
            self.take_away().await;
        } else {
            self.run("drop trigger canary_slow on accounts").await;
            self.run("drop function canary_slow").await;
        }
    }

    /// The stored hash of somebody's password.
    pub async fn hash_of(&self, account: AccountId) -> String {
        let sql = "select password_hash from accounts where id = $1";
        let id = account.to_string();
        match self.world.db.pools() {
            Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).bind(id).fetch_one(readers).await,
            Pools::Postgres(pool) => sqlx::query_scalar(sql).bind(id).fetch_one(pool).await,
        }
        .expect("there is one")
    }

    async fn put(&self) {
        let view = format!(
            "create view canary_slow_count as
             with recursive n (i) as (select 1 union all select i + 1 from n where i < {})
             select count(*) as many from n",
            self.count
        );
        self.run(&view).await;
        self.run(
            "create trigger canary_slow before update of password_hash on accounts
                  begin select many from canary_slow_count; end",
        )
        .await;
    }

    async fn take_away(&self) {
        self.run("drop trigger canary_slow").await;
        self.run("drop view canary_slow_count").await;
    }

    async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(drop),
            Pools::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
        }
        .expect("the database is changed");
    }
}
