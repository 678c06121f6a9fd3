//! A mistake in a policy with the way to it, and the checks that more than one part needs.

use super::role::is_key;

/// A mistake, and the way to it through the document.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) path: Vec<Step>,
    pub(super) reason: String,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Step {
        Step::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Step {
        Step::Index(index)
    }
}

/// The way to a place in the document: `at!["role", 2, "key"]`.
macro_rules! at {
    ($($step:expr),*) => { vec![$($crate::policy::fault::Step::from($step)),*] };
}

pub(super) use at;

pub(super) type Check = Result<(), Fault>;

pub(super) fn fault(path: Vec<Step>, reason: impl Into<String>) -> Fault {
    Fault {
        path,
        reason: reason.into(),
    }
}

pub(super) fn ensure(
    holds: bool,
    path: impl FnOnce() -> Vec<Step>,
    reason: impl FnOnce() -> String,
) -> Check {
    if holds {
        Ok(())
    } else {
        Err(fault(path(), reason()))
    }
}

pub(super) fn key(value: &str, place: impl FnOnce() -> Vec<Step>) -> Check {
    ensure(is_key(value), place, || {
        "a key is a lower case letter, then up to 31 lower case letters, digits or underscores".to_owned()
    })
}

/// Text that people read: present, short, on one line, without characters that hide or turn text around, and without
/// those that Markdown or a mention is made of, because such texts stand among ours wherever a role is named.
pub(super) fn text(value: &str, most: usize, place: impl Fn() -> Vec<Step>) -> Check {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let marks = |c: char| "*_~`|<>@[]\\".contains(c);
    let fits = !value.trim().is_empty() && value.chars().count() <= most;
    ensure(fits && !value.contains(hidden), &place, || {
        format!("this text has 1 to {most} characters on one line, none of them hidden")
    })?;
    ensure(!value.contains(marks), &place, || {
        "this text cannot have asterisks, underscores, tildes, backticks, bars, backslashes, @, or brackets (but round ones)"
            .to_owned()
    })
}

/// The position of the first value that stands earlier in the list already.
pub(super) fn repeated<T: PartialEq>(values: &[T]) -> Option<usize> {
    (1..values.len()).find(|nth| values[..*nth].contains(&values[*nth]))
}
