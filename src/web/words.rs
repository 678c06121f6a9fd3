//! How the pages write times, and what core has to say.

use chrono::{DateTime, TimeDelta, Utc};
use muster_core::locale::Locale;
use muster_core::message::Message;
use muster_phrases::{Style, tell};

/// A moment for a `<time>` element.
pub struct Moment {
    /// For programs: RFC 3339.
    pub iso: String,
    /// For people: `29 November 2026, 14:05 UTC`.
    pub date: String,
    /// Its day alone: `29 November 2026`.
    pub day: String,
    /// Seen from now: `in 6 days`.
    pub away: String,
}

impl Moment {
    /// A moment, seen from `now`.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            date: at.format("%-d %B %Y, %H:%M UTC").to_string(),
            day: at.format("%-d %B %Y").to_string(),
            away: away(at - now),
        }
    }
}

/// A moment at the end of a sentence: `in 6 days (29 November 2026, 14:05 UTC)`.
pub fn when(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let moment = Moment::new(at, now);
    format!("{} ({})", moment.away, moment.date)
}

/// A message as a sentence of its own, seen from `now`.
pub fn told(message: &Message, now: DateTime<Utc>) -> String {
    said(message, &|at| when(at, now))
}

/// A message with moments written in a way of its own. The templates escape it as a whole.
pub fn said(message: &Message, time: &dyn Fn(DateTime<Utc>) -> String) -> String {
    let style = Style {
        time,
        text: &str::to_owned,
    };
    tell(Locale::EnUs, message, style)
}

/// A span in its largest unit, rounded up ahead of us, so that waiting that long is enough, and down behind us.
fn away(span: TimeDelta) -> String {
    let ahead = span > TimeDelta::zero();
    let seconds = span.num_seconds().unsigned_abs() + u64::from(ahead && span.subsec_nanos() != 0);
    let (unit, name) = match seconds {
        86_400.. => (86_400, "day"),
        3_600.. => (3_600, "hour"),
        60.. => (60, "minute"),
        0 => return "now".to_owned(),
        _ if !ahead => return "just now".to_owned(),
        _ => (1, "second"),
    };
    // Days and hours are said as a calendar would: not yet seven days is six.
    let count = if ahead && unit <= 60 {
        seconds.div_ceil(unit)
    } else {
        seconds / unit
    };
    let s = if count == 1 { "" } else { "s" };
    if ahead {
        format!("in {count} {name}{s}")
    } else {
        format!("{count} {name}{s} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_largest_unit() {
        for (seconds, words) in [
            (0, "now"),
            (1, "in 1 second"),
            (59, "in 59 seconds"),
            (61, "in 2 minutes"),
            (3_600, "in 1 hour"),
            (7 * 86_400 - 1, "in 6 days"),
            (7 * 86_400, "in 7 days"),
            (-5, "just now"),
            (-60, "1 minute ago"),
            (-7_300, "2 hours ago"),
        ] {
            assert_eq!(away(TimeDelta::seconds(seconds)), words);
        }
    }

    #[test]
    fn a_moment_is_written_for_people_and_for_programs() {
        let now = "2026-11-22T14:05:00Z".parse().unwrap();
        let at = "2026-11-29T14:04:59Z".parse().unwrap();
        let moment = Moment::new(at, now);
        assert_eq!(
            (moment.iso.as_str(), moment.away.as_str()),
            ("2026-11-29T14:04:59Z", "in 6 days")
        );
        assert_eq!(when(at, now), "in 6 days (29 November 2026, 14:04 UTC)");
    }
}
