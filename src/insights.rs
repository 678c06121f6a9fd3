//! Reports in words and pictures: the same for Discord and for the pages.

mod doing;
#[cfg(test)]
mod tests;

use muster_core::insights::{
    Findings, Growth, GrowthPoint, Invitations, Period, Range, Report, Roles, Share,
};
use muster_core::locale::Locale;
use muster_phrases::{number, say, short_date};

use crate::chart::{BARS, Bar, Body, Chart, Colour, Line};

/// How many lines a list has at most: what Discord's cards hold below the number that sums them up.
const LINES: usize = 9;

/// A report as it is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// What it is about.
    pub title: String,
    /// The one number to take away, and what stands beside it; none where there is nothing.
    pub summary: Option<(String, String)>,
    /// What its numbers are of.
    pub text: String,
    /// The numbers, each with its name.
    pub lines: Vec<(String, String)>,
    /// Further lists, each with its name.
    pub lists: Vec<(String, Vec<String>)>,
    /// The picture; none where it would say nothing.
    pub chart: Option<Chart>,
    /// The picture in words, for those who do not see it.
    pub alt: String,
}

/// Tells what a report found.
pub fn tell(locale: Locale, findings: &Findings) -> Told {
    let teller = Teller { locale };
    let mut told = match findings {
        Findings::Growth(growth) => teller.growth(growth),
        Findings::Invitations(invitations) => teller.invitations(invitations),
        Findings::Roles(roles) => teller.roles(roles),
        Findings::People(people) => teller.people(people),
        Findings::Features(features) => teller.features(features),
        Findings::Trends(trends) => teller.trends(trends),
    };
    told.summary = told
        .chart
        .as_ref()
        .map(|chart| (chart.headline.clone(), chart.note.clone()));
    if findings.enough() {
        if let Some(chart) = &told.chart {
            let lines = told.lines.iter().map(|(name, value)| format!("{name}: {value}."));
            let head = format!("{}. {} {}.", chart.title, chart.headline, chart.note);
            told.alt = std::iter::once(head).chain(lines).collect::<Vec<_>>().join(" ");
        }
    } else {
        told.chart = None;
        let few = say!(locale, "insights-few");
        format!("{} {few}", told.text).trim().clone_into(&mut told.text);
    }
    told
}

/// What a report is called.
pub fn name(locale: Locale, report: Report) -> String {
    say!(locale, "insights-report", report = report.as_str())
}

/// A time in words.
pub fn range(locale: Locale, range: Range) -> String {
    let word = match range {
        Range::Week => "week",
        Range::Month => "month",
        Range::Quarter => "quarter",
        Range::Year => "year",
    };
    say!(locale, "insights-range", range = word)
}

struct Teller {
    locale: Locale,
}

impl Teller {
    fn number(&self, value: i64) -> String {
        number(self.locale)(value)
    }

    fn range(&self, period: &Period) -> String {
        range(self.locale, period.range)
    }

    fn told(&self, report: Report) -> Told {
        Told {
            title: name(self.locale, report),
            summary: None,
            text: say!(self.locale, "insights-text", report = report.as_str()),
            lines: Vec::new(),
            lists: Vec::new(),
            chart: None,
            alt: String::new(),
        }
    }

    fn chart(&self, report: Report, headline: String, note: String, body: Body) -> Chart {
        Chart {
            title: name(self.locale, report),
            headline,
            note,
            body,
        }
    }

    /// What stands below the first and the last point of a series.
    fn ends(&self, first: Option<chrono::NaiveDate>, period: &Period) -> [String; 2] {
        [first.unwrap_or(period.from), period.to].map(|day| short_date(self.locale, day))
    }

    fn line(&self, id: &'static str, value: i64) -> (String, String) {
        (muster_phrases::say(self.locale, id, &[]), self.number(value))
    }

    fn growth(&self, growth: &Growth) -> Told {
        let (locale, period) = (self.locale, &growth.period);
        let then = growth.members - growth.joined + growth.left;
        let whole = growth
            .points
            .first()
            .is_some_and(|point| point.from == period.from);
        let before = if whole {
            say!(locale, "insights-members-then", range = self.range(period))
        } else {
            say!(locale, "insights-members-founded")
        };
        let values = |of: fn(&GrowthPoint) -> i64| growth.points.iter().map(of).collect();
        let body = Body::Line(Line {
            values: values(|point| point.members),
            added: (say!(locale, "insights-joined"), values(|point| point.joined)),
            taken: (say!(locale, "insights-left"), values(|point| point.left)),
            ends: self.ends(growth.points.first().map(|point| point.from), period),
            number: number(locale),
        });
        let note = say!(
            locale,
            "insights-growth-note",
            gone = growth.left,
            joined = self.number(growth.joined),
            left = self.number(growth.left),
            range = self.range(period),
        );
        Told {
            lines: vec![
                self.line("insights-members-now", growth.members),
                (before, self.number(then.max(0))),
                self.line("insights-joined", growth.joined),
                self.line("insights-left", growth.left),
            ],
            chart: Some(self.chart(Report::Growth, self.number(growth.members), note, body)),
            ..self.told(Report::Growth)
        }
    }

    fn invitations(&self, found: &Invitations) -> Told {
        let locale = self.locale;
        if found.sent == 0 {
            return self.nothing(Report::Invitations, &found.period);
        }
        let otherwise = found.declined + found.expired + found.revoked + found.replaced;
        let part = |value: i64| format!("{} ({} %)", self.number(value), percent(value, found.sent));
        let bar = |id: &'static str, value: i64, colour| Bar {
            label: muster_phrases::say(locale, id, &[]),
            value,
            text: if value == found.sent {
                self.number(value)
            } else {
                part(value)
            },
            colour,
        };
        let body = Body::Bars(vec![
            bar("insights-sent", found.sent, Colour::Blue),
            bar("insights-delivered", found.delivered, Colour::Sky),
            bar("insights-accepted", found.accepted, Colour::Green),
            bar("insights-open", found.open, Colour::Grey),
            bar("insights-not-accepted", otherwise, Colour::Orange),
        ]);
        let note = say!(
            locale,
            "insights-invitations-note",
            sent = self.number(found.sent),
            range = self.range(&found.period),
        );
        let line = |id: &'static str, value: i64| (muster_phrases::say(locale, id, &[]), part(value));
        let mut lines = vec![
            self.line("insights-sent", found.sent),
            line("insights-delivered", found.delivered),
            line("insights-accepted", found.accepted),
            line("insights-open", found.open),
            line("insights-declined", found.declined),
            line("insights-expired", found.expired),
            line("insights-revoked", found.revoked),
            line("insights-replaced", found.replaced),
        ];
        if let Some(minutes) = found.median_minutes {
            lines.push((say!(locale, "insights-median"), self.duration(minutes)));
        }
        let headline = format!("{} %", percent(found.accepted, found.sent));
        Told {
            lines,
            chart: Some(self.chart(Report::Invitations, headline, note, body)),
            ..self.told(Report::Invitations)
        }
    }

    fn roles(&self, roles: &Roles) -> Told {
        let locale = self.locale;
        let held: Vec<_> = roles.shares.iter().filter(|share| share.members() > 0).collect();
        let mut bars: Vec<Bar> = held
            .iter()
            .map(|share| Bar {
                label: share.name.clone(),
                value: share.members(),
                text: self.number(share.members()),
                colour: Colour::Blue,
            })
            .collect();
        if bars.len() > BARS {
            let rest: i64 = bars.split_off(BARS - 1).iter().map(|bar| bar.value).sum();
            bars.push(Bar {
                label: say!(locale, "insights-more-roles"),
                value: rest,
                text: self.number(rest),
                colour: Colour::Grey,
            });
        }
        let value = |share: &Share| match share.deactivated {
            0 => self.number(share.members()),
            count => say!(
                locale,
                "insights-suspended",
                members = self.number(share.members()),
                count = count
            ),
        };
        let shown = if roles.shares.len() > LINES {
            LINES - 1
        } else {
            LINES
        };
        let mut lines: Vec<_> = roles
            .shares
            .iter()
            .take(shown)
            .map(|share| (share.name.clone(), value(share)))
            .collect();
        let rest: Vec<_> = roles.shares.iter().skip(shown).collect();
        if !rest.is_empty() {
            let members = rest.iter().map(|share| share.members()).sum();
            lines.push((say!(locale, "insights-more-roles"), self.number(members)));
        }
        let note = say!(locale, "insights-roles-note", roles = held.len());
        Told {
            lines,
            chart: Some(self.chart(Report::Roles, self.number(roles.members), note, Body::Bars(bars))),
            ..self.told(Report::Roles)
        }
    }

    fn nothing(&self, report: Report, period: &Period) -> Told {
        let text = say!(self.locale, "insights-nothing", range = self.range(period));
        Told {
            text,
            ..self.told(report)
        }
    }

    fn duration(&self, minutes: i64) -> String {
        let (hour, day) = (60, 24 * 60);
        // Rounded to what people would say.
        if minutes < 2 * hour {
            say!(self.locale, "insights-minutes", count = minutes)
        } else if minutes < 2 * day {
            say!(self.locale, "insights-hours", count = (minutes + hour / 2) / hour)
        } else {
            say!(self.locale, "insights-days", count = (minutes + day / 2) / day)
        }
    }
}

/// How many hundredths of the whole, rounded.
fn percent(part: i64, whole: i64) -> i64 {
    let whole = i128::from(whole.max(1));
    i64::try_from((i128::from(part) * 100 + whole / 2) / whole).unwrap_or(i64::MAX)
}
