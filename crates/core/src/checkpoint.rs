//! Moving what was committed from SQLite's write-ahead log into the file, beside the commits.
//!
//! By itself SQLite does that inside a commit, every thousand pages: whoever commits then, and all who wait for the one
//! writing connection, wait for the whole of it, half a second on a slow disk. A passive checkpoint on another connection
//! keeps nobody from writing or reading.
//!
//! It cannot catch up with writers that never pause, though, and only a log that was moved to its last page begins anew.
//! So once few pages are left, they are moved on the writing connection, between two commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{SqliteConnection, SqlitePool};
use tracing::{debug, warn};

/// So long after a commit, so that many commits share one: what changed often is moved once.
const AFTER: Duration = Duration::from_millis(200);
/// The pages (of 4 KiB) in the log from which on it is worth a short pause of the writers to begin it anew: as many as
/// SQLite waits for by itself.
const LONG: i64 = 1000;
/// How many pages may be left to move in that pause: a few milliseconds, most of them for the disk.
const FEW: i64 = 512;
/// How often at most moving starts over to catch up with the writers. Each time takes less than the one before, or the disk is
/// too slow for them.
const TRIES: usize = 8;

/// Moves pages as far as nobody has to wait for it.
const MOVE: &str = "pragma wal_checkpoint(passive)";
/// Moves nothing, since SQLite 3.51.
const LOOK: &str = "pragma wal_checkpoint(noop)";

/// The checkpoints of one database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Checkpoints {
    /// Connections that cannot change rows; moving pages is not changing any.
    readers: SqlitePool,
    /// The writing connection: while it is borrowed, nobody commits.
    writer: SqlitePool,
    /// Whether one is about to run. One that runs may have missed the newest commit, so it does not count.
    due: Arc<AtomicBool>,
}

impl Checkpoints {
    pub(crate) fn new(readers: SqlitePool, writer: SqlitePool) -> Self {
        Self {
            readers,
            writer,
            due: Arc::default(),
        }
    }

    /// Something was committed: sees to it that it is moved soon. Does not wait for it.
    pub(crate) fn committed(self) {
        if self.due.swap(true, Ordering::AcqRel) {
            return;
        }
        tokio::spawn(async move {
            tokio::time::sleep(AFTER).await;
            // What is committed from here on may be left for the next one.
            self.due.store(false, Ordering::Release);
            self.run().await;
        });
    }

    async fn run(&self) {
        match self.move_all().await {
            // The program is ending; SQLite does the same when the last connection closes.
            Ok(()) | Err(sqlx::Error::PoolClosed) => {}
            Err(error) => warn!(
                "the write-ahead log of the database could not be moved into its file and will grow; nothing is lost: {error}"
            ),
        }
    }

    /// Moves what there is, and if the log has grown long, goes on until it can begin anew.
    async fn move_all(&self) -> Result<(), sqlx::Error> {
        for _ in 0..TRIES {
            let log = Log::of(&mut *self.readers.acquire().await?, MOVE).await?;
            debug!(
                "moved {} of {} pages of the write-ahead log into the file",
                log.moved, log.pages
            );
            if log.pages < LONG {
                break;
            }
            // Nobody commits as long as this is borrowed.
            let mut writer = self.writer.acquire().await?;
            if Log::of(&mut writer, LOOK).await?.left() <= FEW {
                Log::of(&mut writer, MOVE).await?;
                break;
            }
        }
        Ok(())
    }
}

/// The write-ahead log, in pages.
#[derive(sqlx::FromRow)]
struct Log {
    #[sqlx(rename = "log")]
    pages: i64,
    #[sqlx(rename = "checkpointed")]
    moved: i64,
}

impl Log {
    /// The log as one of these statements leaves it.
    async fn of(conn: &mut SqliteConnection, statement: &'static str) -> Result<Self, sqlx::Error> {
        sqlx::query_as(statement).fetch_one(conn).await
    }

    /// What has to be moved before it begins anew.
    fn left(&self) -> i64 {
        self.pages - self.moved
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use tempfile::TempDir;

    use super::*;
    use crate::db::Db;
    use crate::tx::sql;

    const FILE: &str = "muster.db";

    /// A database in which twice so many bytes were just committed.
    async fn notes_of(folder: &TempDir, half: i64) -> Db {
        let file = folder.path().join(FILE);
        let db = Db::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sql!(execute tx, "create table notes (text text)").unwrap();
        sql!(execute tx, "insert into notes select hex(zeroblob($1))", half).unwrap();
        tx.commit().await.unwrap();
        db
    }

    #[tokio::test]
    async fn what_is_committed_gets_into_the_file_beside_the_commits() {
        let folder = tempfile::tempdir().unwrap();
        // Far less than SQLite waits for by itself.
        let db = notes_of(&folder, 100_000).await;
        let file = folder.path().join(FILE);
        let moved = async {
            while file.metadata().unwrap().len() < 200_000 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), moved)
            .await
            .expect("the file has it");
        db.close().await;
    }

    #[tokio::test]
    async fn the_log_begins_anew_though_writers_never_pause() {
        let folder = tempfile::tempdir().unwrap();
        // Twice what counts as long.
        let db = notes_of(&folder, 4_096_000).await;
        let log = folder.path().join(format!("{FILE}-wal"));
        // How often it has begun anew is in its head.
        let times = || {
            let mut head = [0; 16];
            std::fs::File::open(&log).unwrap().read_exact(&mut head).unwrap();
            u32::from_be_bytes(*head.last_chunk().unwrap())
        };
        let at_first = times();
        let writers = (0..3).map(|_| {
            let (db, times) = (&db, &times);
            async move {
                while times() == at_first {
                    let mut tx = db.write().await.unwrap();
                    sql!(execute tx, "insert into notes values ('more')").unwrap();
                    tx.commit().await.unwrap();
                }
            }
        });
        tokio::time::timeout(Duration::from_mins(1), futures::future::join_all(writers))
            .await
            .expect("the log begins anew");
        // By chance alone it does so after 22 to 67 million bytes, where a commit has to do it.
        assert!(std::fs::metadata(&log).unwrap().len() < 20_000_000);
        db.close().await;
    }
}
