//! The activity log in words.

use muster_core::activity::{Entry, Filter, Kind};
use muster_core::actor::Grant;
use muster_core::export::Export;
use muster_core::locale::Locale;
use muster_core::page::Paged;
use muster_core::policy::{Policy, RoleKey};
use muster_phrases::say;

use super::settings::{keep_name, language_name};
use super::{bold, bulk, by, pager};
use crate::discord::card::{Button, Card, Tone, cut, plain, relative};
use crate::discord::custom_id::Action;

/// A page of the log; `whose` names the member that it is cut down to.
pub fn log(
    locale: Locale,
    grant: &Grant,
    entries: &Paged<Entry>,
    filter: Filter,
    whose: Option<&str>,
) -> Card {
    let team = &grant.team;
    let rows: Vec<String> = entries
        .rows
        .iter()
        .map(|entry| row(locale, grant, entry))
        .collect();
    let text = if rows.is_empty() {
        say!(locale, "log-none")
    } else {
        rows.join("\n")
    };
    let mut card = Card::new(
        Tone::Information,
        say!(locale, "log-title", count = entries.total),
        text,
    )
    .by(by(locale, grant));
    if let Some(name) = whose {
        card = card.field(say!(locale, "log-of"), plain(name));
    }
    if let Some(at) = filter.since {
        card = card.field(say!(locale, "log-since"), relative(at));
    }
    let team = team.id;
    filters(locale, filter.kind)
        .fold(card, |card, (select, options)| {
            let filter = Filter { kind: None, ..filter };
            let action = Action::ActivityFilter { team, filter, select };
            let placeholder = match select {
                0 => say!(locale, "card-show-only"),
                _ => say!(locale, "log-or-only"),
            };
            card.select(action, placeholder, options)
        })
        .buttons(pager(locale, entries, |page| Action::Activity {
            team,
            filter,
            page,
        }))
}

/// The log as a file; `page` gives out what is more than one takes.
pub fn exported(locale: Locale, grant: &Grant, export: Export, name: &str, page: &str) -> Card {
    let title = say!(locale, "export-log-title", count = export.rows);
    let (text, buttons) = if export.whole {
        (say!(locale, "export-log-text"), Vec::new())
    } else {
        let whole = Button::open(say!(locale, "export-log-whole"), page);
        (say!(locale, "export-log-cut"), vec![whole])
    };
    Card::new(Tone::Done, title, text)
        .by(by(locale, grant))
        .with_file(name, export.bytes)
        .buttons(buttons)
}

/// What can be chosen to be listed, in as many selects as it takes: one has at most 25 choices.
fn filters(locale: Locale, chosen: Option<Kind>) -> impl Iterator<Item = (u8, Vec<(String, String, bool)>)> {
    let all = ("-".to_owned(), say!(locale, "log-everything"), chosen.is_none());
    let kinds = Kind::ALL
        .iter()
        .map(|one| (one.to_string(), label(locale, *one), chosen == Some(*one)));
    let options: Vec<_> = std::iter::once(all).chain(kinds).collect();
    (0..).zip(options.chunks(25).map(<[_]>::to_vec).collect::<Vec<_>>())
}

/// What people read for a kind of entry.
pub fn label(locale: Locale, kind: Kind) -> String {
    say!(locale, "log-kind", kind = word(kind))
}

/// How the phrases know a kind: its name in the log, with dashes.
fn word(kind: Kind) -> String {
    kind.as_str().replace(['.', '_'], "-")
}

/// One entry, as a line of a card.
pub(super) fn row(locale: Locale, grant: &Grant, entry: &Entry) -> String {
    let ink = Ink {
        name: &bold,
        text: &plain,
        code: &|text| format!("`{}`", text.replace('`', "'")),
    };
    format!(
        "`{}` {} {}",
        entry.seq,
        relative(entry.at),
        sentence(locale, &grant.team.policy, entry, ink)
    )
}

/// How a front door writes what people have named themselves.
#[derive(Clone, Copy)]
pub struct Ink<'a> {
    /// Whoever acted.
    pub name: &'a dyn Fn(&str) -> String,
    /// Any other text.
    pub text: &'a dyn Fn(&str) -> String,
    /// The name of a file or link.
    pub code: &'a dyn Fn(&str) -> String,
}

/// What an entry says, without its number and time.
pub fn sentence(locale: Locale, policy: &Policy, entry: &Entry, ink: Ink<'_>) -> String {
    let role = |name: &str| {
        let key = entry.detail(name).and_then(|key| RoleKey::parse(&key).ok());
        key.map_or_else(|| "?".to_owned(), |key| policy.role_name(&key))
    };
    let detail = |name: &str| (ink.text)(&cut(&entry.detail(name).unwrap_or_default(), 80));
    let (actor, subject) = ((ink.name)(&entry.actor_name), (ink.text)(&entry.subject));
    // Each phrase takes what it needs of these.
    let what = match entry.kind {
        Kind::InvitationSent if entry.detail("replaced").is_some() => {
            say!(
                locale,
                "log-replaced",
                actor = actor,
                subject = subject,
                role = role("role")
            )
        }
        Kind::RoleChanged => say!(
            locale,
            "log-role-changed",
            actor = actor,
            subject = subject,
            from = role("from"),
            to = role("to"),
        ),
        Kind::PlanChanged => say!(
            locale,
            "log-plan-changed",
            actor = actor,
            from = entry.detail("from").unwrap_or_else(|| "none".to_owned()),
            to = entry.detail("to").unwrap_or_else(|| "none".to_owned()),
        ),
        Kind::LanguageChanged => {
            let language = |name: &str| {
                let language = entry.detail(name).and_then(|tag| tag.parse().ok());
                language.map_or_else(|| detail(name), |language| language_name(locale, language))
            };
            say!(
                locale,
                "log-language",
                actor = actor,
                from = language("from"),
                to = language("to")
            )
        }
        Kind::KeepChanged => say!(
            locale,
            "log-keep",
            actor = actor,
            from = keep(locale, entry.detail("from").as_deref()),
            to = keep(locale, entry.detail("to").as_deref()),
        ),
        Kind::AnnouncementsChanged => say!(
            locale,
            "log-announcements",
            state = entry.subject.as_str(),
            actor = actor,
            channel = format!("<#{}>", detail("channel")),
        ),
        Kind::TeamRenamed | Kind::SettingTurned => say!(
            locale,
            "log-setting",
            kind = word(entry.kind),
            actor = actor,
            subject = subject,
            from = detail("from"),
            to = detail("to"),
        ),
        Kind::PolicyChanged => say!(
            locale,
            "log-policy-changed",
            actor = actor,
            changed = (ink.text)(&cut(&entry.detail("changed").unwrap_or_default(), 200)),
        ),
        Kind::InvitationScheduled | Kind::InvitationUnscheduled | Kind::InvitationUnsent => {
            scheduled(locale, entry, &actor, ink)
        }
        kind => say!(
            locale,
            "log-row",
            kind = word(kind),
            actor = actor,
            subject = subject,
            code = (ink.code)(&entry.subject),
            role = role("role"),
            username = detail("username"),
        ),
    };
    let as_super_admin = if entry.by_super_admin() {
        format!(" {}", say!(locale, "log-as-super-admin"))
    } else {
        String::new()
    };
    let by_program = match entry.api_key() {
        Some(name) => format!(
            " {}",
            say!(locale, "log-by-key", key = (ink.text)(&cut(&name, 80)))
        ),
        None => String::new(),
    };
    let why = match detail("reason") {
        none if none.is_empty() => none,
        reason => format!(" ({reason})"),
    };
    format!("{what}{by_program}{as_super_admin}{why}")
}

/// How long a log is kept, in words.
fn keep(locale: Locale, word: Option<&str>) -> String {
    let keep = word.and_then(|word| word.parse().ok());
    keep.map_or_else(|| "?".to_owned(), |keep| keep_name(locale, keep))
}

/// What became of invitations that wait for their hour: several of them, or the one of an address.
fn scheduled(locale: Locale, entry: &Entry, actor: &str, ink: Ink<'_>) -> String {
    let several = match entry.subject.parse::<u64>() {
        Ok(number) => say!(locale, "log-several", count = number),
        Err(_) => say!(locale, "log-several-one", address = (ink.text)(&entry.subject)),
    };
    let why = entry.detail("why").and_then(|why| why.parse().ok());
    let why = why.map_or_else(|| "?".to_owned(), |why| bulk::reason(locale, why));
    say!(
        locale,
        "log-scheduled",
        kind = word(entry.kind),
        actor = actor,
        several = several,
        why = why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_entry_has_words_of_its_own() {
        for locale in Locale::ALL {
            let other = say!(*locale, "log-kind", kind = "other");
            for kind in Kind::ALL {
                assert_ne!(label(*locale, *kind), other, "{kind} in {locale}");
            }
        }
    }
}
