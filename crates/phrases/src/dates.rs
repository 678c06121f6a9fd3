//! Days and moments in the words of each language, always in UTC.

use chrono::{DateTime, Datelike, Utc};
use muster_core::locale::Locale;

/// From Monday on.
fn weekdays(locale: Locale) -> [&'static str; 7] {
    match locale {
        Locale::EnUs => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        Locale::De => [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
    }
}

fn months(locale: Locale) -> [&'static str; 12] {
    match locale {
        Locale::EnUs => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Locale::De => [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    }
}

/// A day: `29 November 2026`, `29. November 2026`.
pub fn date(locale: Locale, at: DateTime<Utc>) -> String {
    let month = months(locale)[at.month0() as usize];
    match locale {
        Locale::EnUs => format!("{} {month} {}", at.day(), at.year()),
        Locale::De => format!("{}. {month} {}", at.day(), at.year()),
    }
}

/// A moment: `Sunday, 29 November 2026, 09:05 UTC`.
pub fn moment(locale: Locale, at: DateTime<Utc>) -> String {
    let weekday = weekdays(locale)[at.weekday().num_days_from_monday() as usize];
    let (date, time) = (date(locale, at), at.format("%H:%M"));
    match locale {
        Locale::EnUs => format!("{weekday}, {date}, {time} UTC"),
        Locale::De => format!("{weekday}, {date}, {time} Uhr UTC"),
    }
}
