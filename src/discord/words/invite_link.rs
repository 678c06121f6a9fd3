//! Invite links: one that was made, the list, one of them, disabling.

use chrono::{DateTime, Utc};
use muster_core::actor::Grant;
use muster_core::invite_link::{End, InviteLink, Row};
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_phrases::say;

use super::pending::status_word;
use super::{bold, by, cancel, pager};
use crate::discord::card::{Button, Card, Tone, plain, relative};
use crate::discord::custom_id::{Action, Links};

/// A link was made: here it is.
pub fn created(locale: Locale, grant: &Grant, link: &InviteLink, url: Option<&str>) -> Card {
    let mut text = say!(locale, "link-created-text", role = role(grant, link));
    if let Some(url) = url {
        text = format!("{text}\n`{url}`");
    }
    let card = card(
        locale,
        grant,
        Tone::Done,
        say!(locale, "link-created-title", link = link.reference()),
        text,
    );
    with_terms(locale, card, link)
        .footer(link.id.to_string())
        .buttons(
            open(locale, url)
                .into_iter()
                .chain([
                    Button::danger(say!(locale, "link-disable-ask"), ask(grant, link)),
                    all(locale, grant),
                ])
                .collect(),
        )
}

/// A page of the links.
pub fn list(locale: Locale, grant: &Grant, links: &Paged<Row>, now: DateTime<Utc>) -> Card {
    let team = grant.team.id;
    let make = Button::primary(say!(locale, "link-create"), Action::Links(Links::Create { team }));
    if links.rows.is_empty() {
        let title = say!(locale, "link-list-empty-title");
        let text = say!(locale, "link-list-empty-text");
        return card(locale, grant, Tone::Information, title, text).buttons(vec![make]);
    }
    let rows: Vec<String> = links
        .rows
        .iter()
        .map(|row| list_line(locale, grant, row, now))
        .collect();
    let options = links.rows.iter().map(|row| {
        let link = &row.link;
        let label = say!(
            locale,
            "link-option",
            link = link.reference(),
            role = grant.team.policy.role_name(&link.role),
            state = state(locale, link, now)
        );
        (link.id.to_string(), label, false)
    });
    let mut buttons = pager(locale, links, |page| Action::Links(Links::List { team, page }));
    if grant.team.policy.link_role().is_some() {
        buttons.push(make);
    }
    card(
        locale,
        grant,
        Tone::Information,
        say!(locale, "link-list-title", count = links.total),
        rows.join("\n"),
    )
    .select(
        Action::Links(Links::Open { team }),
        say!(locale, "link-open"),
        options.collect(),
    )
    .buttons(buttons)
}

fn list_line(locale: Locale, grant: &Grant, row: &Row, now: DateTime<Utc>) -> String {
    let link = &row.link;
    let mut parts = vec![
        format!("`{}`", link.reference()),
        state(locale, link, now),
        role(grant, link),
    ];
    parts.push(match &link.discord_name {
        Some(name) => say!(locale, "card-for", name = bold(name)),
        None => uses(locale, link),
    });
    if let (None, Some(at)) = (link.end(now), link.expires_at) {
        parts.push(say!(locale, "link-ends", at = relative(at)));
    }
    parts.extend(link.domain_list().map(|domains| plain(&domains)));
    parts.push(say!(locale, "link-by", name = plain(&row.creator)));
    parts.join(" · ")
}

/// A link to choose while its reference is typed.
pub fn choice(locale: Locale, grant: &Grant, link: &InviteLink) -> String {
    let role = grant.team.policy.role_name(&link.role);
    let what = match &link.discord_name {
        Some(name) => say!(locale, "card-for", name = name.as_str()),
        None => uses(locale, link),
    };
    format!("{} · {role} · {what}", link.reference())
}

/// One link, with what it allows and how often it was used.
pub fn show(locale: Locale, grant: &Grant, row: &Row, url: Option<&str>, now: DateTime<Utc>) -> Card {
    let link = &row.link;
    let live = link.end(now).is_none();
    let mut text = vec![say!(
        locale,
        "link-show-text",
        name = bold(&row.creator),
        at = relative(link.created_at)
    )];
    let mut buttons = Vec::new();
    if live {
        text.push(match (&link.discord_name, url) {
            (Some(name), _) => say!(locale, "card-only", name = bold(name)),
            (None, Some(url)) => format!("`{url}`"),
            (None, None) => say!(locale, "link-no-key"),
        });
        buttons.extend(open(locale, url));
        buttons.push(Button::danger(say!(locale, "link-disable-ask"), ask(grant, link)));
    }
    buttons.push(all(locale, grant));
    let card = card(
        locale,
        grant,
        Tone::Information,
        say!(locale, "link-show-title", link = link.reference()),
        text.join("\n"),
    )
    .field(say!(locale, "link-field-state"), state(locale, link, now));
    with_terms(locale, card, link)
        .footer(link.id.to_string())
        .buttons(buttons)
}

/// Whether to go on with disabling a link.
pub fn ask_disable(locale: Locale, grant: &Grant, link: &InviteLink) -> Card {
    let (team, id) = (grant.team.id, link.id);
    card(
        locale,
        grant,
        Tone::Check,
        say!(locale, "link-ask-disable-title", link = link.reference()),
        say!(locale, "link-ask-disable-text", uses = link.uses),
    )
    .buttons(vec![
        cancel(locale),
        Button::danger(
            say!(locale, "link-disable", link = link.reference()),
            Action::Links(Links::Disable { team, id }),
        ),
    ])
}

/// A link was disabled.
pub fn disabled(locale: Locale, grant: &Grant, link: &InviteLink) -> Card {
    card(
        locale,
        grant,
        Tone::Done,
        say!(locale, "link-disabled-title", link = link.reference()),
        say!(locale, "link-disabled-text"),
    )
    .footer(link.id.to_string())
    .buttons(vec![all(locale, grant)])
}

fn card(locale: Locale, grant: &Grant, tone: Tone, title: String, text: String) -> Card {
    Card::new(tone, title, text).by(by(locale, grant))
}

/// What a link allows, and until when.
fn with_terms(locale: Locale, card: Card, link: &InviteLink) -> Card {
    let ends = link
        .expires_at
        .map_or_else(|| say!(locale, "link-never"), relative);
    if let Some(name) = &link.discord_name {
        return card
            .field(say!(locale, "card-whom"), plain(name))
            .field(say!(locale, "link-field-ends"), ends);
    }
    let domains = link
        .domain_list()
        .map_or_else(|| say!(locale, "link-any-domain"), |domains| plain(&domains));
    card.field(say!(locale, "link-field-uses"), uses(locale, link))
        .field(say!(locale, "link-field-ends"), ends)
        .field(say!(locale, "link-field-domain"), domains)
}

fn role(grant: &Grant, link: &InviteLink) -> String {
    plain(&grant.team.policy.role_name(&link.role))
}

fn uses(locale: Locale, link: &InviteLink) -> String {
    match link.max_uses {
        Some(most) => say!(locale, "link-uses-of", uses = link.uses, most = most),
        None => say!(locale, "link-uses", uses = link.uses),
    }
}

fn state(locale: Locale, link: &InviteLink, now: DateTime<Utc>) -> String {
    if let Some(status) = link.card_status(now) {
        return status_word(locale, status);
    }
    let id = match link.end(now) {
        None => "link-state-live",
        Some(End::Disabled) => "link-state-disabled",
        Some(End::Expired) => "link-state-expired",
        Some(End::Full) => "link-state-full",
    };
    say!(locale, id)
}

fn open(locale: Locale, url: Option<&str>) -> Option<Button> {
    url.map(|url| Button::open(say!(locale, "link-open-page"), url))
}

fn ask(grant: &Grant, link: &InviteLink) -> Action {
    Action::Links(Links::AskDisable {
        team: grant.team.id,
        id: link.id,
    })
}

fn all(locale: Locale, grant: &Grant) -> Button {
    let action = Action::Links(Links::List {
        team: grant.team.id,
        page: 0,
    });
    Button::secondary(say!(locale, "link-all"), action)
}
