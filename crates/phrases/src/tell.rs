//! Saying what core has only named.

use chrono::{DateTime, Utc};
use fluent_bundle::FluentValue;
use muster_core::locale::Locale;
use muster_core::message::{Arg, Message};

use crate::say;

/// How a front door writes what is filled into a phrase.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// A moment, so that it fits after a verb: `in 40 seconds`, `at 14:05`.
    pub time: &'a dyn Fn(DateTime<Utc>) -> String,
    /// A name or other text of people's own, escaped where that is needed.
    pub text: &'a dyn Fn(&str) -> String,
}

/// Says a message in a language, in the style of a front door.
pub fn tell(locale: Locale, message: &Message, style: Style<'_>) -> String {
    let args: Vec<(&'static str, FluentValue<'static>)> = message
        .args
        .iter()
        .map(|(name, arg)| (*name, filled(locale, arg, style)))
        .collect();
    say(locale, message.id, &args)
}

fn filled(locale: Locale, arg: &Arg, style: Style<'_>) -> FluentValue<'static> {
    match arg {
        Arg::Text(text) => (style.text)(text).into(),
        Arg::Word(word) => word.clone().into(),
        Arg::Number(number) => (*number).into(),
        Arg::Time(at) => (style.time)(*at).into(),
        Arg::All(names) => list(locale, names, "list-all", style).into(),
        Arg::OneOf(names) => list(locale, names, "list-one-of", style).into(),
        Arg::Phrase(message) => tell(locale, message, style).into(),
    }
}

/// `A`, `A and B`, `A, B and C`.
fn list(locale: Locale, names: &[String], last_two: &'static str, style: Style<'_>) -> String {
    let names: Vec<String> = names.iter().map(|name| (style.text)(name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [firsts @ .., last] => say(
            locale,
            last_two,
            &[("first", firsts.join(", ").into()), ("last", last.into())],
        ),
    }
}
