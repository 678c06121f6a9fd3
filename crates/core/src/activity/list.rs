//! Reading the log, newest first, all of it or what a filter leaves. Each filter has its index; they can be put together.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Entry, Kind};
use crate::error::{Error, Rule};
use crate::ids::{MemberId, TeamId};
use crate::message;
use crate::page::{Paged, Slice};
use crate::tx::{Tx, sql};

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one kind.
    pub kind: Option<Kind>,
    /// Those that one member caused or that are about them.
    pub member: Option<MemberId>,
    /// Those from a moment on.
    pub since: Option<DateTime<Utc>>,
}

impl From<Option<Kind>> for Filter {
    fn from(kind: Option<Kind>) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }
}

/// Reads a slice by a condition whose first parameter is the team.
macro_rules! slice_where {
    ($tx:expr, $slice:expr, $condition:literal, ($limit:literal, $offset:literal), $($arg:expr),*) => {{
        let total = sql!(value i64, $tx, concat!("select count(*) from activity where ", $condition), $($arg),*)?;
        let slice = $slice.within(total);
        let rows = sql!(fetch_all Entry, $tx,
            concat!("select seq, at, kind, actor_id, actor_name, surface, subject, details from activity where ", $condition,
                " order by seq desc limit ", $limit, " offset ", $offset),
            $($arg),*, slice.limit(), slice.offset())?;
        Ok(Paged::new(rows, total, slice))
    }};
}

/// A slice of the log, newest first.
pub async fn list(
    tx: &mut Tx,
    team: TeamId,
    filter: impl Into<Filter>,
    slice: Slice,
) -> Result<Paged<Entry>, Error> {
    let Filter { kind, member, since } = filter.into();
    // One text for what each index begins with, so that no database has to guess which of them fits.
    match (member, kind, since) {
        (Some(member), kind, since) => slice_where!(
            tx, slice,
            "team_id = $1 and (member_id = $2 or actor_id = (select account_id from members where team_id = $1 and id = $2))
             and ($3 is null or kind = $3) and ($4 is null or at >= $4)",
            ("$5", "$6"), team, member, kind, since),
        (None, Some(kind), since) => slice_where!(
            tx, slice, "team_id = $1 and kind = $2 and ($3 is null or at >= $3)", ("$4", "$5"), team, kind, since),
        (None, None, Some(since)) => {
            slice_where!(tx, slice, "team_id = $1 and at >= $2", ("$3", "$4"), team, since)
        }
        (None, None, None) => slice_where!(tx, slice, "team_id = $1", ("$2", "$3"), team),
    }
}

/// Reads from when on entries are wanted: `7d`, `24h`, or a day such as `2026-11-01`, which begins at midnight UTC.
pub fn since(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Rule> {
    let text = text.trim().to_lowercase();
    let ago = |unit: char, length: fn(i64) -> Option<TimeDelta>| {
        let number: u32 = text.strip_suffix(unit)?.trim().parse().ok()?;
        now.checked_sub_signed(length(number.into())?)
    };
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
    ago('d', TimeDelta::try_days)
        .or_else(|| ago('h', TimeDelta::try_hours))
        .or_else(day)
        .filter(|at| *at >= DateTime::UNIX_EPOCH)
        .ok_or(Rule::TextBad {
            what: "what-time",
            reason: message!("since-bad"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        for (text, meant) in [
            ("7d", "2026-11-15T12:00:00Z"),
            (" 24H ", "2026-11-21T12:00:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
        ] {
            assert_eq!(since(text, now), Ok(meant.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            "d",
            "-1d",
            "7",
            "7w",
            "99999999999d",
            "4294967295d",
            "2026-13-01",
            "yesterday",
            "0001-01-01",
        ] {
            assert!(since(text, now).is_err(), "{text}");
        }
    }
}
