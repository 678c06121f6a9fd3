//! Cutting long lists into pages.

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
