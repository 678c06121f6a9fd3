//! Every row of every table, the queue's too, as text; what is no text in it as hexadecimal digits.

use muster_core::db::Pools;
use muster_core::testing::World;
use sqlx::AssertSqlSafe;

/// All of them, each with its table.
pub async fn all(world: &World) -> Vec<String> {
    match world.db.pools() {
        Pools::Sqlite { readers, .. } => {
            let tables: Vec<String> =
                sqlx::query_scalar("select name from sqlite_schema where type = 'table' order by name")
                    .fetch_all(readers)
                    .await
                    .expect("tables");
            let mut rows = Vec::new();
            for table in tables {
                let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info($1)")
                    .bind(&table)
                    .fetch_all(readers)
                    .await
                    .expect("columns");
                // Unquoted, so that a text stands there as it is.
                let values: Vec<String> = columns
                    .iter()
                    .map(|column| format!("coalesce(case typeof(\"{column}\") when 'blob' then hex(\"{column}\") else \"{column}\" end, '')"))
                    .collect();
                let text = format!("select {} from \"{table}\"", values.join(" || ',' || "));
                let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
                    .fetch_all(readers)
                    .await
                    .unwrap_or_else(|error| panic!("{table}: {error}"));
                rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
            }
            rows
        }
        Pools::Postgres(pool) => {
            let mut tx = pool.begin().await.expect("a transaction");
            sqlx::query("set local muster.team = '*'")
                .execute(&mut *tx)
                .await
                .expect("every team's rows are seen");
            let tables: Vec<String> = sqlx::query_scalar(
                "select format('%I.%I', schemaname, tablename) from pg_tables
                 where schemaname not in ('pg_catalog', 'information_schema') order by 1",
            )
            .fetch_all(&mut *tx)
            .await
            .expect("tables");
            let mut rows = Vec::new();
            for table in tables {
                // Column by column: a whole row as text quotes its texts.
                let columns: Vec<String> = sqlx::query_scalar(
                    "select format('%I::text', attname) from pg_attribute
                     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
                )
                .bind(&table)
                .fetch_all(&mut *tx)
                .await
                .expect("columns");
                let text = format!("select concat_ws(',', {}) from {table}", columns.join(", "));
                let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
                    .fetch_all(&mut *tx)
                    .await
                    .unwrap_or_else(|error| panic!("{table}: {error}"));
                rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
            }
            rows
        }
    }
}
