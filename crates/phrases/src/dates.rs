//! Days and moments in the words of each language, always in UTC.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
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

fn short_months(locale: Locale) -> [&'static str; 12] {
    match locale {
        Locale::EnUs => [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ],
        Locale::De => [
            "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
        ],
    }
}

/// A day of the week, from Monday as nought on.
pub fn weekday(locale: Locale, day: usize) -> &'static str {
    weekdays(locale)[day % 7]
}

/// A day where there is little room: `29 Nov`, `29. Nov.`.
pub fn short_date(locale: Locale, day: NaiveDate) -> String {
    let month = short_months(locale)[day.month0() as usize];
    match locale {
        Locale::EnUs => format!("{} {month}", day.day()),
        Locale::De => format!("{}. {month}", day.day()),
    }
}

/// A number with marks between its thousands: `12,345`, `12.345`.
pub fn number(locale: Locale) -> fn(i64) -> String {
    match locale {
        Locale::EnUs => |value| grouped(value, ','),
        Locale::De => |value| grouped(value, '.'),
    }
}

fn grouped(value: i64, mark: char) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
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
