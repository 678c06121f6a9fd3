//! What a page of the log is known by. Three filters and a page have to fit into an id, so numbers are written shortly.

use std::fmt;

use chrono::DateTime;
use muster_core::activity::{Filter, Kind};

use super::UnknownAction;
use super::keys::{Keys, or_dash};

/// A number in letters and digits.
pub(super) struct Compact(pub(super) u64);

impl fmt::Display for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut digits) = (self.0, Vec::new());
        loop {
            digits.push(char::from_digit((rest % 36) as u32, 36).unwrap_or('0'));
            rest /= 36;
            if rest == 0 {
                break;
            }
        }
        digits
            .into_iter()
            .rev()
            .try_for_each(|digit| write!(f, "{digit}"))
    }
}

/// A filter as three keys.
pub(super) struct Filtered<'a>(pub(super) &'a Filter);

impl fmt::Display for Filtered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Filter { kind, member, since } = self.0;
        // To the second; nobody asks for less, and a moment before 1970 is as good as none.
        let since = since
            .and_then(|at| u64::try_from(at.timestamp()).ok())
            .map(Compact);
        write!(
            f,
            "{}|{}|{}",
            or_dash(kind.as_ref()),
            or_dash(member.as_ref()),
            or_dash(since.as_ref())
        )
    }
}

/// Reads a kind, or a dash for none.
pub(super) fn kind(keys: &mut Keys<'_>) -> Result<Option<Kind>, UnknownAction> {
    match keys.text()? {
        "-" => Ok(None),
        word => word.parse().map(Some).map_err(|_| UnknownAction),
    }
}

/// Reads a filter.
pub(super) fn filtered(keys: &mut Keys<'_>) -> Result<Filter, UnknownAction> {
    let kind = kind(keys)?;
    let member = match keys.text()? {
        "-" => None,
        id => Some(id.parse().map_err(|_| UnknownAction)?),
    };
    let since = match keys.text()? {
        "-" => None,
        seconds => {
            let seconds = i64::from_str_radix(seconds, 36).map_err(|_| UnknownAction)?;
            Some(DateTime::from_timestamp(seconds, 0).ok_or(UnknownAction)?)
        }
    };
    Ok(Filter { kind, member, since })
}

/// Reads a page.
pub(super) fn page(keys: &mut Keys<'_>) -> Result<u32, UnknownAction> {
    u32::from_str_radix(keys.text()?, 36).map_err(|_| UnknownAction)
}
