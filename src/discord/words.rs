//! Every card that the bot shows, as pure functions from what is true to what is said.

pub mod activity;
pub mod bulk;
pub mod ending;
pub mod invite;
pub mod member;
pub mod pending;
pub mod scheduled;
pub mod team;
pub mod teams;

use muster_core::page::Paged;
use muster_core::policy::{Policy, RoleKey};

use super::card::{Button, plain};
use super::custom_id::Action;

/// How many rows a list shows at once.
pub const PAGE: u32 = 10;

/// `Aurora · you are Owner`.
pub fn author(team: &str, role: &str) -> String {
    format!("{team} · you are {role}")
}

/// `1 invitation`, `3 invitations`.
pub fn count(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

/// The buttons that turn the pages of a list; none when there is only one page.
pub fn pager<T>(list: &Paged<T>, page: impl Fn(u32) -> Action) -> Vec<Button> {
    if list.pages <= 1 {
        return Vec::new();
    }
    vec![
        Button::secondary("‹ Previous", page(list.page.saturating_sub(1))).enabled(list.page > 0),
        Button::secondary(
            format!("Page {} of {}", list.page + 1, list.pages),
            Action::Nothing(0),
        )
        .enabled(false),
        Button::secondary("Next ›", page(list.page.saturating_add(1)))
            .enabled(list.page < list.pages.saturating_sub(1)),
    ]
}

/// The options of a select that filters by role.
pub fn role_filter(policy: &Policy, chosen: Option<&RoleKey>) -> Vec<(String, String, bool)> {
    let all = ("-".to_owned(), "All roles".to_owned(), chosen.is_none());
    let roles = policy.roles().iter().map(|role| {
        (
            role.key.to_string(),
            role.plural.clone(),
            chosen == Some(&role.key),
        )
    });
    std::iter::once(all).chain(roles).collect()
}

/// A person's name in bold, never as Markdown of their own.
pub fn bold(name: &str) -> String {
    format!("**{}**", plain(name))
}
