//! What other rules would change, and that they are used.

use muster_core::actor::Grant;
use muster_core::ids::{DraftId, TeamId};
use muster_core::locale::Locale;
use muster_core::policy::Difference;
use muster_core::team::Changed;
use muster_phrases::say;

use super::super::{by, log_entry};
use super::{export_button, see_button};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Rules};

/// How many differences are listed.
const DIFFERENCES: usize = 10;

/// The file holds the rules that the team has.
pub fn same(locale: Locale, author: String, team: TeamId) -> Card {
    Card::new(
        Tone::Neutral,
        say!(locale, "policy-same-title"),
        say!(locale, "policy-same-text"),
    )
    .by(author)
    .buttons(vec![see_button(locale, team)])
}

/// Whether to use the rules of a file.
pub fn review(locale: Locale, author: String, differences: &[Difference], draft: DraftId) -> Card {
    let text = format!(
        "{}\n{}",
        say!(locale, "policy-review-text"),
        difference_rows(locale, differences)
    );
    Card::new(Tone::Check, say!(locale, "policy-review-title"), text)
        .by(author)
        .buttons(vec![
            Button::secondary(say!(locale, "card-cancel"), Action::DropDraft { draft }),
            Button::primary(say!(locale, "policy-use"), Action::Rules(Rules::Use { draft })),
        ])
}

/// The team has other rules.
pub fn used(locale: Locale, grant: &Grant, changed: &Changed) -> Card {
    let team = &grant.team;
    let title = say!(locale, "policy-used-title", team = plain(&cut(&team.name, 40)));
    let text = say!(locale, "policy-used-text", n = changed.differences.len());
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .footer(log_entry(locale, changed.seq))
        .buttons(vec![see_button(locale, team.id), export_button(locale, team.id)])
}

/// Each difference in the words of the file, as code.
fn difference_rows(locale: Locale, differences: &[Difference]) -> String {
    let lines = differences.iter().take(DIFFERENCES);
    let mut rows: Vec<String> = lines
        .map(|difference| format!("`{}`", difference.to_string().replace('`', "'")))
        .collect();
    if differences.len() > DIFFERENCES {
        let more = differences.len() - DIFFERENCES;
        rows.push(say!(locale, "policy-more", n = more));
    }
    rows.join("\n")
}
