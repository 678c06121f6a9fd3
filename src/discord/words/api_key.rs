//! API keys: one that was made, the list, one of them, another secret, revoking.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::api_key::{ApiKey, End, Row};
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_phrases::say;

use super::{bold, by, cancel, pager};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::{Action, ApiKeys};

/// A key was made: where its secret is shown.
pub fn created(locale: Locale, grant: &Grant, key: &ApiKey, url: &str) -> Card {
    let title = say!(locale, "api-key-created-title", name = title_name(key));
    let card = card(
        locale,
        grant,
        Tone::Done,
        title,
        say!(locale, "api-key-created-text"),
    );
    with_terms(locale, card, key)
        .footer(key.id.to_string())
        .buttons(vec![
            Button::open(say!(locale, "api-key-show-secret"), url),
            ask(locale, key),
            all(locale, grant),
        ])
}

/// A page of the keys.
pub fn list(locale: Locale, grant: &Grant, keys: &Paged<Row>, now: DateTime<Utc>) -> Card {
    let team = grant.team.id;
    if keys.rows.is_empty() {
        let title = say!(locale, "api-key-list-empty-title");
        return card(
            locale,
            grant,
            Tone::Information,
            title,
            say!(locale, "api-key-list-empty-text"),
        );
    }
    let rows: Vec<String> = keys.rows.iter().map(|row| line(locale, row, now)).collect();
    let options = keys.rows.iter().map(|row| {
        let label = format!("{} · {}", row.key.name, state(locale, &row.key, now));
        (row.key.id.to_string(), cut(&label, 100), false)
    });
    card(
        locale,
        grant,
        Tone::Information,
        say!(locale, "api-key-list-title", count = keys.total),
        rows.join("\n"),
    )
    .select(
        Action::ApiKeys(ApiKeys::Open { team }),
        say!(locale, "card-open"),
        options.collect(),
    )
    .buttons(pager(locale, keys, |page| {
        Action::ApiKeys(ApiKeys::List { team, page })
    }))
}

fn line(locale: Locale, row: &Row, now: DateTime<Utc>) -> String {
    let key = &row.key;
    let mut parts = vec![
        bold(&key.name),
        state(locale, key, now),
        say!(locale, "api-key-by", name = plain(&row.maker)),
        used(locale, key),
    ];
    if let (None, Some(at)) = (key.end(now), key.expires_at) {
        parts.push(say!(locale, "api-key-ends", at = relative(at)));
    }
    parts.join(" · ")
}

/// One key, with what it may do and when it was used.
pub fn show(locale: Locale, grant: &Grant, row: &Row, url: &str, now: DateTime<Utc>) -> Card {
    let key = &row.key;
    let mut text = vec![say!(
        locale,
        "api-key-show-text",
        name = bold(&row.maker),
        at = relative(key.created_at),
        used = used(locale, key)
    )];
    if let Some(until) = key.old_until.filter(|until| now < *until) {
        text.push(say!(locale, "api-key-overlap", at = relative(until)));
    }
    let mut buttons = Vec::new();
    if key.end(now).is_none() {
        let mine = key.created_by == grant.actor.account;
        if mine && !key.is_shown() {
            buttons.push(Button::open(say!(locale, "api-key-show-secret"), url));
        } else if mine {
            buttons.push(Button::secondary(
                say!(locale, "api-key-rotate-ask"),
                Action::ApiKeys(ApiKeys::Rotate {
                    team: key.team_id,
                    id: key.id,
                }),
            ));
        }
        buttons.push(ask(locale, key));
    }
    buttons.push(all(locale, grant));
    let title = say!(locale, "api-key-show-title", name = title_name(key));
    let card = card(locale, grant, Tone::Information, title, text.join("\n"))
        .field(say!(locale, "api-key-field-state"), state(locale, key, now));
    with_terms(locale, card, key)
        .footer(key.id.to_string())
        .buttons(buttons)
}

/// Where a key gets another secret.
pub fn rotate(locale: Locale, grant: &Grant, key: &ApiKey, url: &str) -> Card {
    let title = say!(locale, "api-key-rotate-title", name = title_name(key));
    let text = say!(locale, "api-key-rotate-text");
    card(locale, grant, Tone::Information, title, text)
        .footer(key.id.to_string())
        .buttons(vec![
            Button::open(say!(locale, "api-key-rotate-page"), url),
            all(locale, grant),
        ])
}

/// Whether to go on with revoking a key.
pub fn ask_revoke(locale: Locale, grant: &Grant, row: &Row) -> Card {
    let key = &row.key;
    let title = say!(locale, "api-key-ask-revoke-title", name = title_name(key));
    let text = say!(locale, "api-key-ask-revoke-text", used = used(locale, key));
    card(locale, grant, Tone::Check, title, text).buttons(vec![
        cancel(locale),
        Button::danger(
            say!(locale, "api-key-revoke", name = cut(&key.name, 24)),
            Action::ApiKeys(ApiKeys::Revoke {
                team: key.team_id,
                id: key.id,
            }),
        ),
    ])
}

/// A key was revoked.
pub fn revoked(locale: Locale, grant: &Grant, row: &Row) -> Card {
    let title = say!(locale, "api-key-revoked-title", name = title_name(&row.key));
    let text = say!(locale, "api-key-revoked-text");
    card(locale, grant, Tone::Done, title, text)
        .footer(row.key.id.to_string())
        .buttons(vec![all(locale, grant)])
}

fn card(locale: Locale, grant: &Grant, tone: Tone, title: String, text: String) -> Card {
    Card::new(tone, title, text).by(by(locale, grant))
}

fn title_name(key: &ApiKey) -> String {
    plain(&cut(&key.name, 30))
}

/// What a key may do, and until when.
fn with_terms(locale: Locale, card: Card, key: &ApiKey) -> Card {
    let permissions: Vec<String> = key.permissions.iter().map(|one| format!("`{one}`")).collect();
    let ends = key
        .expires_at
        .map_or_else(|| say!(locale, "api-key-never-ends"), relative);
    card.field(say!(locale, "api-key-field-permissions"), permissions.join(", "))
        .field(say!(locale, "api-key-field-ends"), ends)
}

fn state(locale: Locale, key: &ApiKey, now: DateTime<Utc>) -> String {
    let state = match key.end(now) {
        Some(End::Revoked) => "revoked",
        Some(End::Expired) => "expired",
        None if key.is_shown() => "live",
        None => "waiting",
    };
    say!(locale, "api-key-state", state = state)
}

fn used(locale: Locale, key: &ApiKey) -> String {
    match key.last_used_at {
        Some(at) => say!(locale, "api-key-used", at = relative(at)),
        None => say!(locale, "api-key-unused"),
    }
}

fn ask(locale: Locale, key: &ApiKey) -> Button {
    let action = ApiKeys::AskRevoke {
        team: key.team_id,
        id: key.id,
    };
    Button::danger(say!(locale, "api-key-revoke-ask"), Action::ApiKeys(action))
}

fn all(locale: Locale, grant: &Grant) -> Button {
    let action = ApiKeys::List {
        team: grant.team.id,
        page: 0,
    };
    Button::secondary(say!(locale, "api-key-all"), Action::ApiKeys(action))
}
