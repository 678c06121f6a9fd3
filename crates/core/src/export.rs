//! Handing out what is stored as files: read in pages, and no longer than what Discord takes as an attachment.

use crate::csv::inert;
use crate::error::Error;

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
    csv: csv::Writer<Vec<u8>>,
    rows: u64,
}

impl Sheet {
    /// An empty table.
    pub(crate) fn new(headings: &[&str]) -> Result<Self, Error> {
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        csv.write_record(headings).map_err(Error::internal)?;
        Ok(Self { csv, rows: 0 })
    }

    /// Adds a row, if there is room for it.
    pub(crate) fn add(&mut self, row: &[String]) -> Result<bool, Error> {
        self.csv.flush().map_err(Error::internal)?;
        let length: usize = row.iter().map(|cell| cell.len() * 2 + 4).sum();
        if self.csv.get_ref().len() + length > MOST_BYTES {
            return Ok(false);
        }
        let cells = row.iter().map(|cell| inert(cell));
        self.csv.write_record(cells).map_err(Error::internal)?;
        self.rows += 1;
        Ok(true)
    }

    /// The file.
    pub(crate) fn end(self, whole: bool) -> Result<Export, Error> {
        let bytes = self
            .csv
            .into_inner()
            .map_err(|error| Error::internal(error.to_string()))?;
        Ok(Export {
            bytes,
            rows: self.rows,
            whole,
        })
    }
}
