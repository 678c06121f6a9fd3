//! The grammar that all cards share, held against every card of the gallery.

use discord_sim::{ButtonStyle, Message};

/// Each colour, and the icon that goes with it.
const TONES: [(u32, &str); 5] = [
    (0x0000_9E73, "✅"),
    (0x002F_8BD0, "ℹ️"),
    (0x00B9_7A00, "⚠️"),
    (0x00D5_5E00, "⛔"),
    (0x0083_8893, ""),
];
const TITLE: usize = 60;
/// Of the text, and of a field. Each line that is not empty is a row, whatever stands on it: a line that says how many more
/// there are takes the place of one.
const ROWS: usize = 10;
/// Of a row. A text of more than two has them in rows.
const SENTENCES: usize = 2;
const FIELDS: usize = 6;
const BUTTON: usize = 38;

/// Everything in which a card breaks it.
pub fn broken(card: &Message) -> Vec<String> {
    // In the language for tests everything is longer.
    if card.text().contains('⟦') {
        return Vec::new();
    }
    let mut broken = Vec::new();
    for embed in &card.embeds {
        let tone = TONES.iter().find(|(colour, _)| Some(*colour) == embed.color);
        let Some((_, icon)) = tone else {
            broken.push(format!("its colour is none of the five: {:?}", embed.color));
            continue;
        };
        if let Some(title) = &embed.title {
            let shown = TONES.iter().map(|(_, icon)| *icon);
            let shown = shown.filter(|icon| !icon.is_empty() && title.starts_with(icon));
            if !shown.eq(Some(*icon).filter(|icon| !icon.is_empty())) {
                broken.push(format!("its icon is not that of its colour: {title}"));
            }
            if title
                .strip_prefix(icon)
                .unwrap_or(title)
                .trim_start()
                .chars()
                .count()
                > TITLE
            {
                broken.push(format!("a long title: {title}"));
            }
        }
        let text = embed.description.as_deref().unwrap_or_default();
        if rows(text) > ROWS {
            broken.push(format!("{} rows:\n{text}", rows(text)));
        }
        let long = text.lines().filter(|row| sentences(row) > SENTENCES);
        broken.extend(long.map(|row| format!("{} sentences in a row: {row}", sentences(row))));
        for field in &embed.fields {
            if rows(&field.value) > ROWS {
                let (name, value) = (&field.name, &field.value);
                broken.push(format!("{} rows in the field {name}:\n{value}", rows(value)));
            }
        }
        if embed.fields.len() > FIELDS {
            broken.push(format!("{} fields", embed.fields.len()));
        }
    }
    let buttons = card.buttons();
    for button in &buttons {
        if button.label.chars().count() > BUTTON {
            broken.push(format!("a long button: {}", button.label));
        }
        if !button.label.chars().any(char::is_alphabetic) {
            broken.push(format!("a button without words: {}", button.label));
        }
        // What is done names its object; what is asked about first says that it goes on.
        let names = button.label.split_whitespace().count() > 1 || button.label.ends_with('…');
        if button.style == ButtonStyle::Danger && !names {
            broken.push(format!("a button that names nothing: {}", button.label));
        }
    }
    let primary = buttons
        .iter()
        .filter(|button| button.style == ButtonStyle::Primary);
    if primary.count() > 1 {
        broken.push("more than one button in front".to_owned());
    }
    broken
}

fn rows(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

/// How many sentences a row has. What stands in code is none, and neither is an abbreviation of one letter.
fn sentences(row: &str) -> usize {
    let said: String = row.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let mut rest = said.trim_end();
    let mut found = 0;
    while let Some(at) = rest.find(['.', '!', '?']) {
        let (before, after) = (
            &rest[..at],
            rest[at + 1..].trim_start_matches(['*', '”', '“', ')']),
        );
        let word = before.rsplit(' ').next().unwrap_or_default();
        let next = after
            .strip_prefix(' ')
            .map(str::chars)
            .and_then(|mut chars| chars.next());
        let begins = next.is_some_and(|next| !next.is_lowercase() && !next.is_ascii_digit());
        found += usize::from(word.chars().count() > 1 && (after.is_empty() || begins));
        rest = after;
    }
    found
}

#[test]
fn sentences_are_counted_as_people_count_them() {
    assert_eq!(
        sentences("Bo loses access at once. What they did stays in the log."),
        2
    );
    assert_eq!(
        sentences("Use `/help. Or not.` for more, z. B. 3.5 times at example.org"),
        0
    );
    assert_eq!(sentences("**Who?** Somebody! “Really.” Yes: code."), 4);
}
