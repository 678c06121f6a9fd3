//! Every language says the same things with the same variables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use muster_core::locale::Locale;

use super::{date, moment, number, say, short_date, sources, weekday};

/// The phrases of a language, each with the variables it uses.
fn phrases(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut phrases = BTreeMap::new();
    for (name, source) in sources(locale) {
        let resource = parser::parse(source);
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{name} cannot be read: {errors:?}"));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    assert!(message.attributes.is_empty(), "{name}: nothing reads attributes");
                    let mut used = BTreeSet::new();
                    let value = message
                        .value
                        .unwrap_or_else(|| panic!("{name}: {} is empty", message.id.name));
                    in_pattern(&value, &mut used);
                    let twice = phrases.insert(message.id.name.to_owned(), used);
                    assert!(twice.is_none(), "{name}: {} is there twice", message.id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Term(_) | Entry::Junk { .. } => {
                    panic!("{name}: neither a phrase nor a comment: {entry:?}")
                }
            }
        }
    }
    phrases
}

fn in_pattern(pattern: &Pattern<&str>, used: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable {
                expression: Expression::Inline(inline),
            } => in_inline(inline, used),
            PatternElement::Placeable {
                expression: Expression::Select { selector, variants },
            } => {
                in_inline(selector, used);
                for variant in variants {
                    in_pattern(&variant.value, used);
                }
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, used: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            used.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference {
            arguments: CallArguments { positional, .. },
            ..
        } => {
            for argument in positional {
                in_inline(argument, used);
            }
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("a phrase refers to something the tests cannot follow: {other:?}"),
    }
}

#[test]
fn every_language_says_what_english_says_with_the_same_variables() {
    let english = phrases(Locale::EnUs);
    assert!(!english.is_empty());
    for locale in Locale::ALL {
        let these = phrases(*locale);
        let missing: Vec<_> = english.keys().filter(|id| !these.contains_key(*id)).collect();
        let superfluous: Vec<_> = these.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(
            missing.is_empty() && superfluous.is_empty(),
            "{locale} lacks {missing:?}, and only {locale} has {superfluous:?}"
        );
        for (id, variables) in &english {
            assert_eq!(&these[id], variables, "the variables of {id} in {locale}");
        }
    }
}

#[cfg(feature = "pseudo")]
#[test]
fn the_tests_of_others_know_every_phrase() {
    let known: BTreeSet<String> = super::pseudo::all()
        .into_iter()
        .map(|(_, id)| id.to_owned())
        .collect();
    assert_eq!(known, phrases(Locale::EnUs).into_keys().collect());
}

#[test]
fn names_go_in_as_they_are() {
    let said = say(
        Locale::De,
        "invitation-subject",
        &[("inviter", "Zoë { $team } <b>".into()), ("team", "Aurora".into())],
    );
    assert_eq!(said, "Zoë { $team } <b> hat dich zu Aurora eingeladen");
}

#[test]
fn moments_are_said_in_each_language() {
    let at = "2026-03-01T09:05:00Z".parse().unwrap();
    assert_eq!(moment(Locale::EnUs, at), "Sunday, 1 March 2026, 09:05 UTC");
    assert_eq!(moment(Locale::De, at), "Sonntag, 1. März 2026, 09:05 Uhr UTC");
    assert_eq!(
        date(Locale::De, "2026-12-31T23:59:59Z".parse().unwrap()),
        "31. Dezember 2026"
    );
}

#[test]
fn numbers_and_short_days_are_said_in_each_language() {
    for (value, english, german) in [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1,000", "1.000"),
        (-1_234_567, "-1,234,567", "-1.234.567"),
    ] {
        assert_eq!(number(Locale::EnUs)(value), english);
        assert_eq!(number(Locale::De)(value), german);
    }
    let day = "2026-03-01".parse().unwrap();
    assert_eq!(short_date(Locale::EnUs, day), "1 Mar");
    assert_eq!(short_date(Locale::De, day), "1. März");
    assert_eq!(
        (weekday(Locale::EnUs, 0), weekday(Locale::De, 6)),
        ("Monday", "Sonntag")
    );
}

/// Everything that our crates' sources say, in one text.
fn all_sources() -> String {
    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push_str(&std::fs::read_to_string(&path).expect("a source is text"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = String::new();
    for folder in ["src", "jobs/src", "crates/core/src", "crates/phrases/src"] {
        read(&root.join(folder), &mut all);
    }
    all
}

#[test]
fn every_phrase_is_said_by_somebody() {
    let sources = all_sources();
    // Those of commands are called by the names of commands, which have a test of their own.
    let by_path = ["command-", "option-", "choice-"];
    let named = |id: &&String| !by_path.iter().any(|kind| id.starts_with(kind));
    let english = phrases(Locale::EnUs);
    let unused: Vec<_> = english
        .keys()
        .filter(named)
        .filter(|id| !sources.contains(&format!("\"{id}\"")))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}
