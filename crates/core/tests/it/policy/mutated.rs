//! Whatever a file holds, reading it ends with a policy or with a reason, and never with a panic.

use muster_core::policy::*;
use proptest::prelude::*;

use super::*;

/// What comes of reading a text holds together.
fn read(text: &str) {
    match Policy::from_toml(text) {
        Ok(policy) => {
            let again = Policy::from_toml(&policy.to_toml()).expect("it reads back");
            assert_eq!(again, policy);
            let differences = preset("campaigns").differences(&policy);
            assert!(summary(&differences).chars().count() < 500);
            assert!(policy.differences(&again).is_empty());
        }
        Err(error) => {
            assert!(!error.reason.is_empty());
            assert_eq!(error.line.is_some(), error.column.is_some(), "{error:?}");
            assert!(
                error
                    .line
                    .is_none_or(|line| line <= text.matches('\n').count() + 1),
                "{error:?}"
            );
        }
    }
}

/// A preset with some of its characters taken out, put in, or copied from elsewhere.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..40_usize,
        any::<prop::sample::Index>(),
        0..40_usize,
        "[\\PC\n\"\\[\\]={}.,0-9-]{0,6}",
    );
    let texts = prop::sample::select(vec![CAMPAIGNS, WORKSPACE, COMPANY, PROJECT, BUSINESS]);
    (texts, prop::collection::vec(edit, 1..6)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, out, from, copied, put) in edits {
            let (at, from) = (at.index(chars.len()), from.index(chars.len()));
            let copy: Vec<char> = chars[from..(from + copied).min(chars.len())].to_vec();
            let end = (at + out).min(chars.len());
            chars.splice(at..end, put.chars().chain(copy));
            if chars.is_empty() {
                break;
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn mutated_files_are_read_or_refused(text in mutated()) {
        read(&text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        read(&text);
    }
}

#[test]
fn words_moved_around_are_read_or_refused() {
    // Each value of a preset in the place of each other one of its lines.
    let values = COMPANY
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(_, value)| value);
    let values: std::collections::BTreeSet<&str> = values.collect();
    for line in COMPANY.lines().filter(|line| line.contains(" = ")) {
        let (key, _) = line.split_once(" = ").expect("it has one");
        for value in &values {
            read(&COMPANY.replacen(line, &format!("{key} = {value}"), 1));
        }
    }
}

#[test]
fn files_that_are_deep_or_large_are_refused() {
    for text in [
        "[".repeat(60_000),
        format!("a = {}", "[".repeat(60_000)),
        format!("a = {}", "{a=".repeat(20_000)),
        "a.".repeat(30_000),
        "\u{0}".repeat(1_000),
        "x".repeat(64 * 1024 + 1),
    ] {
        assert!(Policy::from_toml(&text).is_err());
        read(&text);
    }
}
