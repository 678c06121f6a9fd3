//! Every card that the bot shows, as pure functions from what is true to what is said.

pub mod account;
pub mod activity;
pub mod announce;
pub mod api_key;
pub mod bulk;
pub mod ending;
pub mod help;
pub mod insights;
pub mod invite;
pub mod invite_link;
pub mod member;
pub mod panel;
pub mod pending;
pub mod person;
pub mod policy;
pub mod scheduled;
pub mod settings;
pub mod team;
pub mod teams;

use muster_core::actor::{Grant, Standing};
use muster_core::error::Error;
use muster_core::locale::Locale;
use muster_core::message::Message;
use muster_core::page::Paged;
use muster_core::policy::{Policy, RoleKey};
use muster_phrases::{Style, say, tell};

use super::card::{Button, plain, relative};
use super::custom_id::Action;

/// How many rows a list shows at once.
pub const PAGE: u32 = 10;

/// What core has to say, with times as Discord shows them and names that are no Markdown of their own.
pub fn told(locale: Locale, message: &Message) -> String {
    let style = Style {
        time: &relative,
        text: &plain,
    };
    tell(locale, message, style)
}

/// What a refusal says.
pub fn sentence(locale: Locale, error: &Error) -> String {
    told(locale, &error.message())
}

/// `Aurora · you are Owner`.
pub fn author(locale: Locale, team: &str, role: &str) -> String {
    say!(locale, "card-author", team = team, role = role)
}

/// Who acts with a grant.
pub fn by(locale: Locale, grant: &Grant) -> String {
    author(locale, &grant.team.name, &grant.role_name())
}

/// Who stands in a team.
pub fn of(locale: Locale, standing: &Standing) -> String {
    author(locale, &standing.team.name, &standing.role_name())
}

/// The number of what was just written to the log.
pub fn log_entry(locale: Locale, seq: i64) -> String {
    say!(locale, "card-log-entry", seq = seq)
}

/// The button that takes a question back.
pub fn cancel(locale: Locale) -> Button {
    Button::secondary(say!(locale, "card-cancel"), Action::Dismiss)
}

/// The buttons that turn the pages of a list; none when there is only one page.
pub fn pager<T>(locale: Locale, list: &Paged<T>, page: impl Fn(u32) -> Action) -> Vec<Button> {
    if list.pages <= 1 {
        return Vec::new();
    }
    let here = say!(locale, "card-page", page = list.page + 1, pages = list.pages);
    vec![
        Button::secondary(say!(locale, "card-previous"), page(list.page.saturating_sub(1)))
            .enabled(list.page > 0),
        Button::secondary(here, Action::Nothing(0)).enabled(false),
        Button::secondary(say!(locale, "card-next"), page(list.page.saturating_add(1)))
            .enabled(list.page < list.pages.saturating_sub(1)),
    ]
}

/// The rows of a list that nobody turns the pages of: all that fit, and in place of the last how many more there are.
pub fn first_rows(mut rows: Vec<String>, most: usize, more: impl FnOnce(usize) -> String) -> Vec<String> {
    if rows.len() > most {
        let left_out = rows.split_off(most.saturating_sub(1)).len();
        rows.push(more(left_out));
    }
    rows
}

/// The options of a select that filters by role.
pub fn role_filter(locale: Locale, policy: &Policy, chosen: Option<&RoleKey>) -> Vec<(String, String, bool)> {
    let all = ("-".to_owned(), say!(locale, "card-all-roles"), chosen.is_none());
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
