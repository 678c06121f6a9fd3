//! A language for tests only, never in a release: with `MUSTER_PSEUDO` in the environment every phrase stands in brackets,
//! and what was said is kept. So a test sees what is said without a phrase, and which phrases are never seen.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use muster_core::locale::Locale;

use crate::sources;

static ON: LazyLock<bool> = LazyLock::new(|| std::env::var_os("MUSTER_PSEUDO").is_some());

/// Each phrase that was said, by its id, with the words.
static SAID: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// The words of a phrase, in brackets if this is the language.
pub(crate) fn marked<'a>(id: &str, said: Cow<'a, str>) -> Cow<'a, str> {
    if !*ON {
        return said;
    }
    // Each line by itself: what is shown may be cut at one.
    let lines: Vec<String> = said.split('\n').map(|line| format!("⟦{line}⟧")).collect();
    let marked = lines.join("\n");
    let mut all = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    all.insert((id.to_owned(), marked.clone()));
    marked.into()
}

/// Every phrase that was said so far, by its id, with the words as they were said, brackets included.
pub fn said() -> BTreeSet<(String, String)> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Every phrase there is: the file that it is in, and its id.
pub fn all() -> Vec<(&'static str, &'static str)> {
    let files = sources(Locale::default()).into_iter();
    files
        .flat_map(|(file, source)| ids(source).map(move |id| (file, id)))
        .collect()
}

/// A phrase begins at the start of a line, with its id and a sign of equality; all else is indented or a comment.
fn ids(source: &'static str) -> impl Iterator<Item = &'static str> {
    let starts = source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    starts.filter_map(|line| Some(line.split_once('=')?.0.trim_end()))
}
