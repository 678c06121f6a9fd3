//! One team never reads or changes another's data: by queries on both databases, and once more by PostgreSQL itself.

use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::member;
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::testing::World;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

/// Tables whose rows belong to teams, and the column that says to which. Which team somebody used last is theirs.
async fn tables_of_teams(pool: &PgPool) -> Vec<(String, String)> {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = current_schema() and table_name <> 'guild_recent_teams'
           and (column_name = 'team_id' or (table_name = 'teams' and column_name = 'id'))
         order by table_name",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert!(tables.len() >= 10, "{tables:?}");
    tables
}

/// How many rows each of them shows; those of no team at all are left out.
async fn rows_seen(conn: &mut PgConnection, tables: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut seen = Vec::new();
    for (table, team) in tables {
        let sql = format!("select distinct {team} from {table} where {team} is not null order by 1");
        let teams: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut *conn)
            .await
            .unwrap();
        seen.push((table.clone(), teams));
    }
    seen
}

/// Two teams, each with a member, an invitation and all that comes with them.
async fn two_teams(world: &World) -> (muster_core::ids::TeamId, muster_core::ids::TeamId) {
    let (ada, aurora) = world.founder(1, "Ada", "Aurora", "workspace").await;
    let (eve, borealis) = world.founder(2, "Eve", "Borealis", "workspace").await;
    world
        .invite(ada, aurora, "bo@example.org", "member")
        .await
        .unwrap();
    world
        .invite(eve, borealis, "cy@example.org", "member")
        .await
        .unwrap();
    (aurora, borealis)
}

both_dbs! {
    /// Attack 30: whoever has a grant in one team finds nothing by the ids of another.
    async fn ids_of_another_team_lead_nowhere(world: World) {
        let (ada, aurora) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (eve, borealis) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        let theirs = world.invite(eve, borealis, "cy@example.org", "member").await.unwrap();
        assert_eq!(world.revoke(ada, aurora, theirs.id).await.unwrap_err().code(), "NOT-FOUND");
        assert_eq!(world.resend(ada, aurora, theirs.id).await.unwrap_err().code(), "NOT-FOUND");
        let mut tx = world.db.read().await.unwrap();
        let grant = eve.may(&mut tx, borealis, Permission::MembersView).await.unwrap();
        let eves = member::list(&mut tx, &grant, &member::Filter::default(), Slice::page(0, 10)).await.unwrap();
        let eves = eves.rows[0].id;
        drop(tx);
        let mut tx = world.db.read().await.unwrap();
        let grant = ada.may(&mut tx, aurora, Permission::MembersView).await.unwrap();
        assert_eq!(member::get(&mut tx, &grant, eves).await.unwrap_err().code(), "NOT-FOUND");
        drop(tx);
        assert_eq!(ada.may(&mut world.db.read().await.unwrap(), borealis, Permission::MembersView).await.unwrap_err().code(), "NOT-FOUND");
    }

    /// Attack 32: a row that names a row of another team is refused by the database.
    async fn rows_across_teams_are_refused(world: World) {
        let (aurora, borealis) = two_teams(&world).await;
        let sql = format!(
            "update invitation_tokens set team_id = '{borealis}' where team_id = '{aurora}'"
        );
        let moved = match world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.map(|_| ()),
        };
        let refused = moved.expect_err("a token follows its invitation");
        assert!(refused.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation), "{refused}");
    }
}

/// Attack 31, on PostgreSQL: nothing said means no rows, and what was said ends with its transaction.
#[tokio::test]
async fn postgres_shows_a_team_its_own_rows_only() {
    let world = World::postgres().await;
    let (aurora, borealis) = two_teams(&world).await;
    let pool = pool(&world);
    let tables = tables_of_teams(pool).await;
    let mut conn = pool.acquire().await.unwrap();
    sqlx::query("set role muster_team")
        .execute(&mut *conn)
        .await
        .unwrap();
    for (table, teams) in rows_seen(&mut conn, &tables).await {
        assert!(teams.is_empty(), "without a team, {table} shows {teams:?}");
    }
    for team in [aurora, borealis] {
        sqlx::raw_sql("begin").execute(&mut *conn).await.unwrap();
        sqlx::query("select set_config('muster.team', $1, true)")
            .bind(team.to_string())
            .execute(&mut *conn)
            .await
            .unwrap();
        let mut some = 0;
        for (table, teams) in rows_seen(&mut conn, &tables).await {
            assert!(
                teams.iter().all(|seen| *seen == team.to_string()),
                "{table} shows {teams:?} to {team}"
            );
            some += teams.len();
        }
        assert!(some >= 5, "the team sees its own");
        let theirs = if team == aurora { borealis } else { aurora };
        let changed = format!("update members set role = 'owner' where team_id = '{theirs}'");
        let changed = sqlx::query(AssertSqlSafe(changed))
            .execute(&mut *conn)
            .await
            .unwrap();
        assert_eq!(
            changed.rows_affected(),
            0,
            "rows of another team are not there to change"
        );
        sqlx::raw_sql("savepoint s").execute(&mut *conn).await.unwrap();
        let added = format!(
            "insert into drafts (id, account_id, team_id, body, expires_at)
             select 'x', created_by, '{theirs}', '{{}}', now() from teams"
        );
        let refused = sqlx::query(AssertSqlSafe(added))
            .execute(&mut *conn)
            .await
            .expect_err("a row of another team");
        assert!(refused.to_string().contains("row-level security"), "{refused}");
        sqlx::raw_sql("rollback to s").execute(&mut *conn).await.unwrap();
        let doctored = sqlx::query("delete from activity")
            .execute(&mut *conn)
            .await
            .expect_err("the log stays");
        assert!(doctored.to_string().contains("permission denied"), "{doctored}");
        sqlx::raw_sql("rollback").execute(&mut *conn).await.unwrap();
    }
    // The next one to use this connection begins with nothing.
    for (table, teams) in rows_seen(&mut conn, &tables).await {
        assert!(teams.is_empty(), "afterwards, {table} shows {teams:?}");
    }
    sqlx::query("reset role").execute(&mut *conn).await.unwrap();
}

/// Every table that comes later is secured too: `select secure_teams()` in its migration.
#[tokio::test]
async fn postgres_secures_every_table_of_teams() {
    let world = World::postgres().await;
    let pool = pool(&world);
    for (table, _) in tables_of_teams(pool).await {
        let secured: (bool, bool) = sqlx::query_as(
            "select relrowsecurity, relforcerowsecurity from pg_class where oid = to_regclass($1)",
        )
        .bind(&table)
        .fetch_one(pool)
        .await
        .unwrap();
        assert_eq!(secured, (true, true), "{table}");
    }
}

fn pool(world: &World) -> &PgPool {
    match world.db.pools() {
        Pools::Postgres(pool) => pool,
        Pools::Sqlite { .. } => unreachable!("this world is on PostgreSQL"),
    }
}
