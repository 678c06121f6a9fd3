//! Whether the gallery is whole: everything that it shows is a phrase, and every phrase is shown by it.
//!
//! Both are asked of the gallery in a language in which every phrase stands in brackets (`muster_phrases::pseudo`), in a
//! process of its own.

use std::collections::BTreeSet;
use std::path::Path;

use muster_core::locale::Locale;
use muster_core::policy::Presets;
use muster_core::testing::World;
use muster_phrases::pseudo;

use super::tour::Seen;
use super::{bulk, desk, keys, links, news, numbers, people, refusals, rules, shelf};

/// Phrases that no card has, by file.
const FILES_ELSEWHERE: &[(&str, &str)] = &[
    (
        "commands.ftl",
        "what Discord shows beside commands; `src/discord/registration.rs` tests it",
    ),
    (
        "mail.ftl",
        "mails; `jobs/src/tests/letters.rs` shows each of them",
    ),
    (
        "mail-account.ftl",
        "mails; `jobs/src/tests/letters.rs` shows each of them",
    ),
    ("webhooks.ftl", "said on pages, in mails and in the log alone"),
];

/// Single phrases that no card has, each with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "undelivered-why",
        "stands where `undelivered-said` does if no mail server has ever answered, which takes a day of tries",
    ),
    (
        "insights-not-accepted",
        "stands in the picture alone, which words describe by their own lines",
    ),
    ("api-key-members-only", "said on pages, to super-admins"),
    (
        "api-key-beyond",
        "said on pages and to programs; the bot offers no more than one has",
    ),
    ("api-key-not-yours", "said on the page that shows a secret"),
    ("api-key-lacks", "said to programs alone"),
    (
        "time-past",
        "said on pages and to programs; the bot offers times to come",
    ),
    ("event-kind-bad", "said to programs alone"),
    ("event-kind-ours", "said to programs alone"),
    ("event-times-bad", "said to programs alone"),
    ("event-subject-bad", "said to programs alone"),
    ("event-time-bad", "said to programs alone"),
    ("events-many", "said to programs alone"),
];

/// Everything that our crates' sources say, tests left out, in one text.
pub fn sources() -> String {
    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                if !path.ends_with("tests") && !path.ends_with("testing") {
                    read(&path, into);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push_str(&std::fs::read_to_string(&path).expect("a source is text"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    for folder in ["src", "jobs/src", "crates/core/src"] {
        read(&root.join(folder), &mut all);
    }
    all
}

/// What stands outside the brackets that mark phrases, word by word. What was cut to fit has lost its closing bracket, so
/// each line begins anew; what stands in backticks is code.
fn outside(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines() {
        let (mut depth, mut code, mut word) = (0_u32, false, String::new());
        for letter in line.chars().chain([' ']) {
            match letter {
                '`' => code = !code,
                '⟦' => depth += 1,
                '⟧' => depth = depth.saturating_sub(1),
                letter
                    if depth == 0 && !code && (letter.is_alphanumeric() || "@.-_<>:/".contains(letter)) =>
                {
                    word.push(letter);
                    continue;
                }
                _ => {}
            }
            if word.chars().filter(|letter| letter.is_alphabetic()).count() > 1 {
                words.push(std::mem::take(&mut word));
            }
            word.clear();
        }
    }
    words
}

/// What is people's own, or the same in every language.
fn is_data(word: &str) -> bool {
    const DATA: [&str; 22] = [
        // The day that all tours begin on; `muster_phrases` says days, and tests it.
        "Sunday",
        "November",
        "on",
        "leave",
        "Ada",
        "Bo",
        "Eve",
        "Kay",
        "Kim",
        "kay",
        "Mo",
        "Aurora",
        "Borealis",
        "Super-admin",
        "nonsense",
        "Discord",
        "Now",
        "New",
        // A note, and a column of a file.
        "See",
        "you",
        "there",
        "badge",
    ];
    // Lines of numbers begin with whose they are.
    let word = word.strip_suffix(':').unwrap_or(word);
    let is_code = word.chars().all(|c| c.is_ascii_uppercase() || c == '-');
    let is_marked = word.starts_with('<') || word.contains('@') || word.contains('.');
    DATA.contains(&word) || is_code || is_marked
}

/// A text without what presets have named and described, and without what the mail server of the tour says.
fn without_data(text: &str) -> String {
    let mut data = vec!["no such mailbox".to_owned()];
    for preset in Presets::shipped().iter() {
        let policy = &preset.policy;
        data.push(policy.name().to_owned());
        for role in policy.roles() {
            data.extend([&role.name, &role.plural, &role.description].map(Clone::clone));
        }
        for setting in policy.settings() {
            data.extend([setting.name.clone(), setting.description.clone()]);
        }
    }
    data.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
    let text = text.replace('\\', "");
    data.iter()
        .fold(text, |text, data| text.replace(data.as_str(), ""))
}

/// Whether a text shows what was said: as it was, or its beginning where there was no room for more.
fn shows(text: &str, said: &str) -> bool {
    // A text of several lines may be shown with something before each of them, as in a file.
    let line = said.lines().next().unwrap_or_default();
    if text.contains(line) {
        return true;
    }
    let ends = line.char_indices().map(|(at, _)| at).skip(12);
    ends.into_iter()
        .any(|at| text.contains(&format!("{}…", &line[..at])))
}

/// The whole gallery in English.
async fn gallery() -> Vec<Seen> {
    let locale = Locale::EnUs;
    let world = World::sqlite().await;
    let (desk, people, bulk, links, rules, news, keys, numbers, shelf) = tokio::join!(
        desk::tour(World::sqlite().await, locale),
        people::tour(World::sqlite().await, locale),
        bulk::tour(World::sqlite().await, locale),
        links::tour(World::sqlite().await, locale),
        rules::tour(World::sqlite().await, locale),
        news::tour(World::sqlite().await, locale),
        keys::tour(World::sqlite().await, locale),
        numbers::tour(World::sqlite().await, locale),
        shelf::seen(World::sqlite().await, locale),
    );
    vec![
        desk,
        people,
        bulk,
        links,
        rules,
        news,
        keys,
        numbers,
        shelf,
        refusals::seen(&world.env, locale),
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "`everything_shown_is_a_phrase_and_every_phrase_is_shown` starts it"]
async fn in_brackets() {
    let gallery = Box::pin(gallery()).await;
    let mut subjects = BTreeSet::new();
    for subject in gallery.iter().flat_map(|seen| seen.pages().keys()) {
        assert!(subjects.insert(*subject), "{subject} is seen on two tours");
    }
    let ours: String = gallery.iter().map(Seen::ours).collect();
    assert!(ours.contains('⟦'), "no phrase is in brackets: {ours}");
    let ours = without_data(&ours);
    let found = outside(&ours).into_iter().filter(|word| !is_data(word));
    let found: BTreeSet<_> = found.collect();
    let shown_lines = ours
        .lines()
        .filter(|line| found.iter().any(|word| line.contains(word.as_str())));
    let lines: Vec<_> = shown_lines.collect();

    let text: String = gallery.iter().map(Seen::said).collect();
    let text = text.replace('\\', "");
    let (mut shown, mut said) = (BTreeSet::new(), BTreeSet::new());
    for (id, words) in pseudo::said() {
        if !shown.contains(&id) && shows(&text, &words.replace('\\', "")) {
            shown.insert(id.clone());
        }
        said.insert(id);
    }
    for (id, reason) in ELSEWHERE {
        assert!(
            !shown.contains(*id),
            "`{id}` is on a card after all, so it is not elsewhere: {reason}"
        );
        assert!(
            pseudo::all().iter().any(|(_, known)| known == id),
            "there is no phrase `{id}`"
        );
    }
    let elsewhere = |file: &str, id: &str| {
        FILES_ELSEWHERE.iter().any(|(name, _)| *name == file) || ELSEWHERE.iter().any(|(name, _)| *name == id)
    };
    let missing = pseudo::all()
        .into_iter()
        .filter(|(file, id)| !elsewhere(file, id) && !shown.contains(*id));
    let missing: Vec<String> = missing
        .map(|(file, id)| {
            let so = if said.contains(id) {
                "said, and on no card"
            } else {
                "never said"
            };
            format!("{file}: {id} ({so})")
        })
        .collect();
    assert!(
        missing.is_empty() && found.is_empty(),
        "the gallery does not show:\n{}\nsaid without a phrase: {found:?}\n{}",
        missing.join("\n"),
        lines.join("\n")
    );
}

#[test]
fn everything_shown_is_a_phrase_and_every_phrase_is_shown() {
    let this = std::env::current_exe().expect("this program has a path");
    let ran = std::process::Command::new(this)
        .args(["--exact", "gallery::whole::in_brackets", "--ignored"])
        .env("MUSTER_PSEUDO", "1")
        .output()
        .expect("this program can be started again");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
