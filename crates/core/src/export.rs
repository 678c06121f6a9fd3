//! Handing out what is stored as files: read in pages, and no longer than what Discord takes as an attachment.

use crate::csv;

/// How long a file may get: Discord takes 10 MiB, and the message around it is counted too.
pub const MOST_BYTES: usize = 9 * 1024 * 1024;
/// How many rows are read at a time.
pub(crate) const PAGE: i64 = 500;

/// A file.
#[derive(Debug, Clone)]
pub struct Export {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// How many rows or entries.
    pub rows: u64,
    /// Whether that is all there is.
    pub whole: bool,
}

/// A table that grows by pages, in the form that [`crate::csv`] writes.
pub(crate) struct Sheet {
    bytes: Vec<u8>,
    rows: u64,
}

impl Sheet {
    /// An empty table.
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut bytes = csv::MARK.as_bytes().to_vec();
        csv::line(&mut bytes, headings);
        Self { bytes, rows: 0 }
    }

    /// Adds a row, if there is room for it.
    pub(crate) fn add(&mut self, row: &[String]) -> bool {
        let before = self.bytes.len();
        csv::line(&mut self.bytes, row);
        if self.bytes.len() > MOST_BYTES {
            self.bytes.truncate(before);
            return false;
        }
        self.rows += 1;
        true
    }

    /// The file.
    pub(crate) fn end(self, whole: bool) -> Export {
        Export {
            bytes: self.bytes,
            rows: self.rows,
            whole,
        }
    }
}
