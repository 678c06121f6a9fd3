//! What Muster says, in every language it speaks.
//!
//! The phrases are Fluent files below `locales/`, one folder a language, compiled into the program. English is the
//! language that the others are held against: a test fails when one has a phrase or a variable too few or too many, and
//! what is missing all the same is said in English.

mod browser;
mod dates;
#[cfg(feature = "pseudo")]
pub mod pseudo;
mod tell;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use muster_core::locale::Locale;
use unic_langid::LanguageIdentifier;

pub use browser::browser;
pub use dates::{date, moment, number, short_date, weekday};
pub use fluent_bundle::FluentValue as Value;
pub use tell::{Style, tell};

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<HashMap<Locale, Bundle>> = LazyLock::new(|| {
    let bundles = Locale::ALL.iter().map(|locale| (*locale, bundle(*locale)));
    bundles.collect()
});

/// Each file of phrases, in every language: its name, and its text in English and in German.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        fn sources(locale: Locale) -> Vec<(&'static str, &'static str)> {
            vec![$(($name, match locale {
                Locale::EnUs => include_str!(concat!("../locales/en-US/", $name)),
                Locale::De => include_str!(concat!("../locales/de/", $name)),
            })),*]
        }
    };
}

files!(
    "account.ftl",
    "announcements.ftl",
    "api.ftl",
    "bot.ftl",
    "bulk.ftl",
    "cards.ftl",
    "commands.ftl",
    "delivery.ftl",
    "exports.ftl",
    "help.ftl",
    "insights.ftl",
    "invitations.ftl",
    "link.ftl",
    "log.ftl",
    "mail.ftl",
    "mail-account.ftl",
    "members.ftl",
    "panel.ftl",
    "people.ftl",
    "policy.ftl",
    "refusals.ftl",
    "teams.ftl",
    "webhooks.ftl",
);

fn bundle(locale: Locale) -> Bundle {
    let language: LanguageIdentifier = locale.as_str().parse().expect("a locale is a language tag");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // The marks would end up in subjects and links.
    bundle.set_use_isolating(false);
    for (name, source) in sources(locale) {
        let resource = FluentResource::try_new(source.to_owned());
        let resource =
            resource.unwrap_or_else(|(_, errors)| panic!("{locale}/{name} cannot be read: {errors:?}"));
        let added = bundle.add_resource(resource);
        added.unwrap_or_else(|errors| panic!("{locale}/{name} says something twice: {errors:?}"));
    }
    bundle
}

/// Whether there is such a phrase.
pub fn knows(id: &str) -> bool {
    BUNDLES[&Locale::default()].has_message(id)
}

/// Says a phrase. Names and other texts go in as they are: whoever shows the phrase escapes it as a whole.
pub fn say(locale: Locale, id: &str, args: &[(&'static str, Value<'_>)]) -> String {
    let found = [locale, Locale::default()].into_iter().find_map(|locale| {
        let bundle = BUNDLES.get(&locale)?;
        Some((bundle, bundle.get_message(id)?.value()?))
    });
    let Some((bundle, pattern)) = found else {
        debug_assert!(false, "there is no phrase `{id}`");
        tracing::error!(phrase = id, "there is no such phrase");
        return id.to_owned();
    };
    let args: FluentArgs<'_> = args.iter().cloned().collect();
    let mut errors = Vec::new();
    let said = bundle.format_pattern(pattern, Some(&args), &mut errors);
    debug_assert!(errors.is_empty(), "the phrase `{id}`: {errors:?}");
    if !errors.is_empty() {
        tracing::error!(phrase = id, "a phrase could not be filled in");
    }
    #[cfg(feature = "pseudo")]
    let said = pseudo::marked(id, said);
    said.into_owned()
}

/// Says a phrase with what is filled in by name: `say!(locale, "invitation-title", team = name)`.
#[macro_export]
macro_rules! say {
    ($locale:expr, $id:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::say($locale, $id, &[$((stringify!($name), $crate::Value::from($value))),*])
    };
}
