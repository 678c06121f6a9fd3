//! Lists cut into pages, and the addresses that lead from one page to the next with all filters kept.

use muster_core::page::{Paged, Slice};

use crate::web::pages::Params;

/// How many rows one page of a list has.
const ROWS: u32 = 50;

/// A list cut into pages.
pub struct List<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
    /// The way to the others; none when there is only one page.
    pub pager: Option<Pager>,
}

/// The way through the pages of a list.
pub struct Pager {
    /// What the pages are of.
    pub label: &'static str,
    /// This page, counted from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// Where the one before is.
    pub previous: Option<String>,
    /// Where the one after is.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A list of rows as the page shows them. Its pages are numbered by the parameter `name` of `here`.
    pub fn new<R>(
        paged: Paged<R>,
        here: &Address,
        (name, label): (&'static str, &'static str),
        row: impl FnMut(R) -> T,
    ) -> Self {
        let (page, last) = (paged.page + 1, paged.pages);
        let to = |page: u32| here.with(name, &page.to_string());
        Self {
            rows: paged.rows.into_iter().map(row).collect(),
            total: paged.total,
            pager: (last > 1).then(|| Pager {
                label,
                page,
                pages: last,
                previous: (page > 1).then(|| to(page - 1)),
                next: (page < last).then(|| to(page + 1)),
            }),
        }
    }
}

/// The address of a page with its filters.
pub struct Address {
    path: String,
    pairs: Vec<(&'static str, String)>,
    anchor: &'static str,
}

impl Address {
    /// A path, the parameters of the page that are kept, and the part of the page that it leads to.
    pub fn new(path: String, params: &Params, kept: &[&'static str], anchor: &'static str) -> Self {
        let pairs = kept.iter().filter_map(|name| {
            let value = params.get(*name).filter(|value| !value.is_empty())?;
            Some((*name, value.clone()))
        });
        Self {
            path,
            pairs: pairs.collect(),
            anchor,
        }
    }

    fn with(&self, name: &'static str, value: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let others = self.pairs.iter().filter(|(kept, _)| *kept != name);
        query.extend_pairs(others).append_pair(name, value);
        format!("{}?{}{}", self.path, query.finish(), self.anchor)
    }
}

/// The page of a list that the address asks for; anything that is no number means the first.
pub fn slice(params: &Params, name: &str) -> Slice {
    let page: u32 = params.get(name).and_then(|page| page.parse().ok()).unwrap_or(1);
    Slice::page(page.saturating_sub(1), ROWS)
}

/// A parameter that says something.
pub fn param<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    let value = params.get(name).map(|value| value.trim());
    value.filter(|value| !value.is_empty())
}
