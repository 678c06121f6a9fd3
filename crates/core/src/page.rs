//! Cutting long lists into pages for people, and into stretches for programs.

use chrono::{DateTime, Utc};

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    page: u32,
    size: u32,
}

impl Slice {
    /// Page `page`, counted from 0, of `size` rows each.
    pub fn page(page: u32, size: u32) -> Self {
        Self {
            page,
            size: size.clamp(1, 200),
        }
    }

    /// The same, or the last page of a list of `total` rows: lists get shorter while people look at them.
    pub(crate) fn within(self, total: i64) -> Self {
        let last = (u64::try_from(total)
            .unwrap_or_default()
            .div_ceil(u64::from(self.size)))
        .saturating_sub(1);
        Self {
            page: self.page.min(u32::try_from(last).unwrap_or(u32::MAX)),
            size: self.size,
        }
    }

    /// These rows of a list that is at hand as a whole.
    pub fn of<T>(self, all: Vec<T>) -> Paged<T> {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let slice = self.within(total);
        let (page, size) = (slice.page as usize, slice.size as usize);
        let rows = all.into_iter().skip(page * size).take(size).collect();
        Paged::new(rows, total, slice)
    }

    pub(crate) fn limit(self) -> i64 {
        i64::from(self.size)
    }

    pub(crate) fn offset(self) -> i64 {
        i64::from(self.page) * i64::from(self.size)
    }
}

/// Some rows of a list, and how long the list is.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
    /// This page, counted from 0.
    pub page: u32,
    /// How many pages there are; at least one.
    pub pages: u32,
}

impl<T> Paged<T> {
    pub(crate) fn new(rows: Vec<T>, total: i64, slice: Slice) -> Self {
        let total = u64::try_from(total).unwrap_or_default();
        let pages = total.div_ceil(u64::from(slice.size)).max(1);
        Self {
            rows,
            total,
            page: slice.page,
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
        }
    }
}

/// The place of a row in a list that is ordered by time and id.
pub type Place = (DateTime<Utc>, String);

/// Where a stretch of a list begins, for whoever reads it from end to end: what comes or goes meanwhile shifts nothing.
#[derive(Debug, Clone)]
pub struct Keyset {
    behind: Option<Place>,
    size: u32,
}

impl Keyset {
    /// The first `size` rows behind a place, or those that the list begins with.
    pub fn new(behind: Option<Place>, size: u32) -> Self {
        Self {
            behind,
            size: size.clamp(1, 200),
        }
    }

    /// The place behind which the stretch begins in a list that begins with the oldest.
    pub(crate) fn after(&self) -> Place {
        self.behind.clone().unwrap_or_default()
    }

    /// The same in a list that begins with the newest.
    pub(crate) fn before(&self) -> Place {
        self.behind
            .clone()
            .unwrap_or_else(|| (END_OF_TIME, "~".to_owned()))
    }

    /// How many rows to read: one more than there is room for tells whether others follow.
    pub(crate) fn limit(&self) -> i64 {
        i64::from(self.size) + 1
    }

    /// What was read, without the one too many.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> Place) -> Stretch<T> {
        let more = rows.len() > self.size as usize;
        rows.truncate(self.size as usize);
        let next = rows.last().filter(|_| more).map(place);
        Stretch { rows, next }
    }
}

/// The last second of the year 9999: later than anything, and as late as both databases can say.
pub(crate) const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(end) => end,
    None => DateTime::UNIX_EPOCH,
};

/// Some rows of a list, one behind the other.
#[derive(Debug, Clone)]
pub struct Stretch<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The place of the last of them, if others follow.
    pub next: Option<Place>,
}
