//! How much a job takes on in one transaction: so little that nobody notices having waited for its lock.
//!
//! What a row costs depends on the disk and on how much of the database is in memory: from 20 µs to a millisecond were
//! measured. So each transaction's time says how large the next one may be.

use std::time::Duration;

/// How long one transaction should take: well below the 50 ms that nobody has to wait longer than.
const AIM: Duration = Duration::from_millis(12);
/// Below that, beginning and committing cost more than the rows.
const LEAST: usize = 20;

/// The size of the next transaction.
pub(crate) struct Pace {
    rows: usize,
    most: usize,
}

impl Pace {
    /// Begins small; never takes more than `most` rows.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            rows: most.min(100),
            most,
        }
    }

    /// How many rows the next transaction takes.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Learns from a transaction that took so long: at most twice as many rows the next time.
    pub(crate) fn took(&mut self, time: Duration) {
        let factor = (AIM.as_secs_f64() / time.as_secs_f64().max(1e-6)).min(2.0);
        // Rounded down: a few rows less are no harm.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "both are small and positive"
        )]
        let rows = (self.rows as f64 * factor) as usize;
        self.rows = rows.clamp(LEAST.min(self.most), self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_transaction_makes_the_next_one_smaller_and_a_quick_one_larger() {
        let mut pace = Pace::new(500);
        assert_eq!(pace.rows(), 100);
        pace.took(Duration::from_millis(48));
        assert_eq!(pace.rows(), 25);
        pace.took(Duration::from_secs(3));
        assert_eq!(pace.rows(), LEAST);
        for _ in 0..10 {
            pace.took(Duration::from_micros(100));
        }
        assert_eq!(pace.rows(), 500);
    }
}
