//! `muster audit verify`: what an operator learns about logs that somebody meddled with.

use muster_core::both_dbs;
use muster_core::db::Pools;
use muster_core::testing::World;
use serde_json::Value;

/// Runs a command of the operator: its exit code, and what it printed.
async fn audit(world: &World, arguments: &[&str]) -> (i32, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(["audit", "verify"])
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", &world.url)
        .env("SECRET_KEY", &world.secret_key)
        .env("RUST_LOG", "off")
        .output()
        .await
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    (output.status.code().expect("it ends by itself"), printed)
}

/// What somebody with the database and without the key does.
async fn meddle(world: &World, statement: &'static str) {
    let off = match world.db.pools() {
        Pools::Sqlite { .. } => {
            "drop trigger if exists activity_no_update; drop trigger if exists activity_no_delete"
        }
        Pools::Postgres(_) => "alter table activity disable trigger user",
    };
    for text in [off, statement] {
        match world.db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::raw_sql(text).execute(writer).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(|_| ()),
        }
        .expect("the database obeys");
    }
}

both_dbs! {
    /// Attack 82: edit, reorder, gap, cut tail, and a wrong key.
    async fn meddling_of_every_kind_is_found_and_named(world: World) {
        let (ada, team) = world.founder(1, "Ada", "Aurora", "campaigns").await;
        let (_, other) = world.founder(2, "Eve", "Borealis", "campaigns").await;
        for name in ["bo", "cy"] {
            world.joined(ada, team, &format!("{name}@example.org"), name, "member").await;
        }
        let (code, text) = audit(&world, &[]).await;
        assert_eq!((code, text.as_str()), (0, "Checked 2 logs: every entry is as it was written.\n"));
        let (code, text) = audit(&world, &["--json"]).await;
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((code, &report["intact"], &report["teams"]), (0, &Value::from(true), &Value::from(2)));

        meddle(&world, "create table kept as select * from activity").await;
        for (statement, flaw, entry) in [
            ("update activity set subject = 'Eve' where seq = 3", "changed", 3),
            ("update activity set at = (select max(at) from kept), kind = 'member.left' where seq = 5", "changed", 5),
            ("update activity set seq = 9 where seq = 2; update activity set seq = 2 where seq = 4; update activity set seq = 4 where seq = 9", "changed", 2),
            ("delete from activity where seq = 2", "missing", 2),
            ("delete from activity where seq > 3", "cut_after", 3),
        ] {
            meddle(&world, statement).await;
            let (code, text) = audit(&world, &["--json", "--team", &team.to_string()]).await;
            let report: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(code, 1, "{statement}");
            let found = &report["flaws"][0];
            assert_eq!((&found["team"], &found["flaw"], &found["entry"]), (&Value::from(team.to_string()), &Value::from(flaw), &Value::from(entry)), "{statement}");
            let back = "delete from activity;
                insert into activity (team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac)
                select team_id, seq, at, kind, actor_id, actor_name, surface, subject, details, mac from kept";
            meddle(&world, back).await;
            assert_eq!(audit(&world, &[]).await.0, 0, "put back");
        }
        // The other team's log is whole, and is said to be.
        meddle(&world, "delete from activity where seq = 2").await;
        assert_eq!(audit(&world, &["--team", &other.to_string()]).await.0, 0);
        let (code, text) = audit(&world, &[]).await;
        assert_eq!(code, 1);
        assert!(text.contains("entry 2 is missing") && text.contains("Checked 2 logs: 1 not as written."), "{text}");
    }
}
