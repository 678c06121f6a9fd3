//! Moving what was committed from SQLite's write-ahead log into the file, beside the commits.
//!
//! By itself SQLite does that inside a commit, every thousand pages: whoever commits then, and all who wait for the one
//! writing connection, wait for the whole of it, half a second on a slow disk. A passive checkpoint on another connection
//! keeps nobody from writing or reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::SqlitePool;
use tracing::{debug, warn};

/// So long after a commit, so that many commits share one: what changed often is moved once.
const AFTER: Duration = Duration::from_millis(200);

/// The checkpoints of one database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Checkpoints {
    /// Connections that cannot change rows; moving pages is not changing any.
    readers: SqlitePool,
    /// Whether one is about to run. One that runs may have missed the newest commit, so it does not count.
    due: Arc<AtomicBool>,
}

impl Checkpoints {
    pub(crate) fn new(readers: SqlitePool) -> Self {
        Self {
            readers,
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
        let moved = sqlx::query_as::<_, (i64, i64, i64)>("pragma wal_checkpoint(passive)")
            .fetch_one(&self.readers)
            .await;
        match moved {
            Ok((_, pages, moved)) => {
                debug!("moved {moved} of {pages} pages of the write-ahead log into the file");
            }
            // The program is ending; SQLite does the same when the last connection closes.
            Err(sqlx::Error::PoolClosed) => {}
            Err(error) => warn!(
                "the write-ahead log of the database could not be moved into its file and will grow; nothing is lost: {error}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::tx::sql;

    #[tokio::test]
    async fn what_is_committed_gets_into_the_file_beside_the_commits() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("muster.db");
        let db = Db::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sql!(execute tx, "create table notes (text text)").unwrap();
        // Far less than SQLite waits for by itself.
        sql!(execute tx, "insert into notes select hex(zeroblob(100000))").unwrap();
        tx.commit().await.unwrap();
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
}
