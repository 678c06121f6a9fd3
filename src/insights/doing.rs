//! What people do: who is active, what is used, and how that changes.

use muster_core::insights::{Feature, Features, People, Person, Report, TrendPoint, Trends};
use muster_phrases::{number, say, weekday};

use super::{LINES, Teller, Told, percent};
use crate::chart::{BARS, Bar, Body, Colour, Columns};

impl Teller {
    pub(super) fn people(&self, people: &People) -> Told {
        let locale = self.locale;
        if people.most.is_empty() {
            return self.nothing(Report::People, &people.period);
        }
        let times = |person: &Person| match person.events {
            0 => self.number(person.times()),
            _ => say!(
                locale,
                "insights-person",
                times = self.number(person.times()),
                acts = self.number(person.acts),
                events = self.number(person.events),
            ),
        };
        let bars = people.most.iter().take(BARS).map(|person| Bar {
            label: person.name.clone(),
            value: person.times(),
            text: self.number(person.times()),
            colour: Colour::Blue,
        });
        let note = say!(
            locale,
            "insights-people-note",
            members = self.number(people.members),
            range = self.range(&people.period),
        );
        let pairs = people.pairs.iter().take(5).map(|pair| {
            let [one, other] = &pair.names;
            say!(
                locale,
                "insights-pair",
                one = one.as_str(),
                other = other.as_str(),
                count = self.number(pair.subjects)
            )
        });
        let inviters = people.inviters.iter().take(5).map(|inviter| {
            say!(
                locale,
                "insights-inviter",
                name = inviter.name.as_str(),
                count = self.number(inviter.joined)
            )
        });
        Told {
            lines: people
                .most
                .iter()
                .map(|person| (person.name.clone(), times(person)))
                .collect(),
            lists: vec![
                (say!(locale, "insights-pairs"), pairs.collect()),
                (say!(locale, "insights-inviters"), inviters.collect()),
            ],
            chart: Some(self.chart(
                Report::People,
                self.number(people.active),
                note,
                Body::Bars(bars.collect()),
            )),
            ..self.told(Report::People)
        }
    }

    pub(super) fn features(&self, found: &Features) -> Told {
        let locale = self.locale;
        if found.events == 0 {
            let text = say!(locale, "insights-no-events", range = self.range(&found.period));
            return Told {
                text,
                ..self.told(Report::Features)
            };
        }
        let bars = found.features.iter().take(BARS).map(|feature| Bar {
            label: feature.kind.clone(),
            value: feature.times,
            text: self.number(feature.times),
            colour: Colour::Blue,
        });
        let value = |feature: &Feature| {
            let times = say!(
                locale,
                "insights-feature",
                people = feature.people,
                times = self.number(feature.times),
            );
            let before = say!(locale, "insights-before", before = self.number(feature.before));
            format!("{times}{before}")
        };
        let room = LINES - 2;
        let mut lines: Vec<_> = found
            .features
            .iter()
            .take(room)
            .map(|feature| (feature.kind.clone(), value(feature)))
            .collect();
        let further = found.kinds - i64::try_from(lines.len()).unwrap_or(i64::MAX);
        if further > 0 {
            lines.push(self.line("insights-more-kinds", further));
        }
        if let Some(day) = found.busiest_weekday() {
            let most = say!(
                locale,
                "insights-created-most",
                created = self.number(found.created),
                weekday = weekday(locale, day),
                count = self.number(found.created_by_weekday[day]),
            );
            lines.push((say!(locale, "insights-created"), most));
        }
        let note = say!(
            locale,
            "insights-features-note",
            kinds = found.kinds,
            range = self.range(&found.period)
        );
        Told {
            lines,
            chart: Some(self.chart(
                Report::Features,
                self.number(found.events),
                note,
                Body::Bars(bars.collect()),
            )),
            ..self.told(Report::Features)
        }
    }

    pub(super) fn trends(&self, found: &Trends) -> Told {
        let (locale, now, before) = (self.locale, &found.now, &found.before);
        let values = |of: fn(&TrendPoint) -> i64| found.points.iter().map(of).collect();
        let body = Body::Columns(Columns {
            lower: (say!(locale, "insights-acts"), values(|point| point.acts)),
            upper: (say!(locale, "insights-events"), values(|point| point.events)),
            ends: self.ends(found.points.first().map(|point| point.from), &found.period),
            number: number(locale),
        });
        let note = say!(
            locale,
            "insights-trends-note",
            people = now.people,
            range = self.range(&found.period)
        );
        Told {
            lines: vec![
                (say!(locale, "insights-acts"), self.than(now.acts, before.acts)),
                (
                    say!(locale, "insights-events"),
                    self.than(now.events, before.events),
                ),
                (
                    say!(locale, "insights-active"),
                    self.than(now.people, before.people),
                ),
            ],
            chart: Some(self.chart(
                Report::Trends,
                self.number(now.acts.saturating_add(now.events)),
                note,
                body,
            )),
            ..self.told(Report::Trends)
        }
    }

    /// A number beside the one before.
    fn than(&self, now: i64, before: i64) -> String {
        let (locale, shown, was) = (self.locale, self.number(now), self.number(before));
        let change = percent((now - before).abs(), before);
        if before == 0 || now == before {
            say!(locale, "insights-than", now = shown, before = was)
        } else if now > before {
            say!(
                locale,
                "insights-than-more",
                now = shown,
                percent = change,
                before = was
            )
        } else {
            say!(
                locale,
                "insights-than-less",
                now = shown,
                percent = change,
                before = was
            )
        }
    }
}
