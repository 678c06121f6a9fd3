//! What other rules would change, and that they are used.

use muster_core::actor::Grant;
use muster_core::ids::{DraftId, TeamId};
use muster_core::locale::Locale;
use muster_core::page::Slice;
use muster_core::policy::Difference;
use muster_core::team::Changed;
use muster_phrases::say;

use super::super::{PAGE, by, log_entry, pager};
use super::{export_button, see_button};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Drafts, Rules};

/// The longest line about one difference: ten of them fit on a card.
const DIFFERENCE: usize = 390;

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

/// A page of what the rules of a file would change, and whether to use them.
pub fn review(
    locale: Locale,
    author: String,
    differences: Vec<Difference>,
    draft: DraftId,
    page: u32,
) -> Card {
    let list = Slice::page(page, PAGE).of(differences);
    // In the words of the file, as code.
    let rows = list.rows.iter().map(|difference| {
        let text = cut(&difference.to_string().replace('`', "'"), DIFFERENCE);
        format!("`{text}`")
    });
    let pages = pager(locale, &list, |page| Action::Rules(Rules::Review { draft, page }));
    Card::new(
        Tone::Check,
        say!(locale, "policy-review-title"),
        rows.collect::<Vec<_>>().join("\n"),
    )
    .by(author)
    .footer(say!(locale, "policy-review-count", n = list.total))
    .buttons(pages)
    .buttons(vec![
        Button::secondary(
            say!(locale, "card-cancel"),
            Action::Drafts(Drafts::Drop { draft }),
        ),
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
