//! Reports in words.

use muster_core::actor::Grant;
use muster_core::insights::{Range, Report};
use muster_core::locale::Locale;
use muster_phrases::say;

use super::by;
use crate::discord::card::{Button, Card, Tone, cut, plain};
use crate::discord::custom_id::{Action, Insights};
use crate::insights::{Told, name, range as range_name};

/// A report. What people are called is no Markdown.
pub fn report(locale: Locale, grant: &Grant, report: Report, range: Range, told: &Told) -> Card {
    let team = &grant.team;
    let title = say!(
        locale,
        "insights-title",
        report = told.title.as_str(),
        team = plain(&cut(&team.name, 30)),
    );
    let summary = told
        .summary
        .iter()
        .map(|(headline, note)| format!("**{}** {}", plain(headline), plain(note)));
    let lines = told
        .lines
        .iter()
        .map(|(name, value)| format!("{}: **{}**", plain(&cut(name, 64)), plain(value)));
    // What there is to say about numbers stands below them.
    let text = (!told.text.is_empty()).then_some(told.text.as_str());
    let (text, about) = if told.lines.is_empty() {
        (text, None)
    } else {
        (None, text)
    };
    let rows = summary
        .chain(text.map(str::to_owned))
        .chain(lines)
        .collect::<Vec<_>>();
    let mut card = Card::new(Tone::Information, title, rows.join("\n")).by(by(locale, grant));
    if let Some(about) = about {
        card = card.footer(about);
    }
    for (name, list) in told.lists.iter().filter(|(_, list)| !list.is_empty()) {
        card = card.field(
            name,
            cut(
                &list.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n"),
                250,
            ),
        );
    }
    let others = Report::ALL
        .iter()
        .map(|one| (one.to_string(), name(locale, *one), *one == report));
    let ranges = Range::ALL.iter().map(|one| {
        let show = Insights::Show {
            team: team.id,
            report,
            range: *one,
        };
        Button::secondary(range_name(locale, *one), Action::Insights(show)).enabled(*one != range)
    });
    // Who has which role is of today, whatever one asks for.
    let ranges = if report == Report::Roles {
        Vec::new()
    } else {
        ranges.collect()
    };
    card.buttons(ranges).select(
        Action::Insights(Insights::Choose { team: team.id, range }),
        say!(locale, "insights-other"),
        others.collect(),
    )
}
