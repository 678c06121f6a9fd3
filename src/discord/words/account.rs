//! One's own account: what one wants to hear of, taking everything away, unlinking, erasing.

use muster_core::account::{Goes, Wish, Wishes};
use muster_core::export::Export;
use muster_core::locale::Locale;
use muster_phrases::say;

use super::{bold, cancel};
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Own};

/// What the caller wants to hear of, each with its switch.
pub fn wishes(locale: Locale, wishes: Wishes) -> Card {
    let state = |wanted| {
        let id = if wanted { "wish-on" } else { "wish-off" };
        say!(locale, id)
    };
    let switch = |what, wanted: bool, on: &'static str, off: &'static str| {
        let label = say!(locale, if wanted { off } else { on });
        let action = Action::Own(Own::Wish {
            what,
            wanted: !wanted,
        });
        Button::secondary(label, action)
    };
    Card::new(
        Tone::Information,
        say!(locale, "wish-title"),
        say!(locale, "wish-text"),
    )
    .field(say!(locale, "wish-undelivered"), state(wishes.undelivered))
    .field(say!(locale, "wish-role-mails"), state(wishes.role_mails))
    .field(say!(locale, "wish-announced"), state(wishes.announced))
    .buttons(vec![
        switch(
            Wish::Undelivered,
            wishes.undelivered,
            "wish-undelivered-on",
            "wish-undelivered-off",
        ),
        switch(
            Wish::RoleMails,
            wishes.role_mails,
            "wish-role-mails-on",
            "wish-role-mails-off",
        ),
        switch(
            Wish::Announced,
            wishes.announced,
            "wish-announced-on",
            "wish-announced-off",
        ),
    ])
}

/// Everything that is stored about the caller.
pub fn exported(locale: Locale, export: Export, name: &str) -> Card {
    let text = if export.whole {
        say!(locale, "own-export-text")
    } else {
        say!(locale, "own-export-cut")
    };
    Card::new(Tone::Done, say!(locale, "own-export-title"), text).with_file(name, export.bytes)
}

/// Whether to go on with unlinking.
pub fn ask_unlink(locale: Locale, username: &str) -> Card {
    let title = say!(locale, "unlink-ask-title", username = plain(&cut(username, 32)));
    Card::new(Tone::Check, title, say!(locale, "unlink-ask-text")).buttons(vec![
        cancel(locale),
        Button::danger(
            say!(locale, "unlink-do", username = cut(username, 24)),
            Action::Own(Own::Unlink),
        ),
    ])
}

/// The Discord user is nobody's any more.
pub fn unlinked(locale: Locale, username: &str) -> Card {
    let title = say!(locale, "unlinked-title", username = plain(&cut(username, 32)));
    Card::new(Tone::Done, title, say!(locale, "unlinked-text")).buttons(vec![Button::secondary(
        say!(locale, "account-link"),
        Action::Link,
    )])
}

/// Whether to go on with erasing: what goes, and what stays.
pub fn ask_erase(locale: Locale, goes: &Goes) -> Card {
    let text = [
        say!(locale, "erase-goes", name = bold(&goes.name)),
        say!(locale, "erase-teams", count = goes.memberships),
        say!(locale, "erase-stays"),
    ];
    Card::new(Tone::Check, say!(locale, "erase-ask-title"), text.join("\n"))
        .footer(say!(locale, "erase-type-name"))
        .buttons(vec![
            cancel(locale),
            Button::danger(say!(locale, "erase-do"), Action::Own(Own::Erase)),
        ])
}

/// Nobody is behind the account any more.
pub fn erased(locale: Locale) -> Card {
    Card::new(
        Tone::Done,
        say!(locale, "erased-title"),
        say!(locale, "erased-text"),
    )
}
