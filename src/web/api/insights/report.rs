//! Reports as programs read them.
#![expect(
    clippy::struct_field_names,
    reason = "the fields are called as the answers have them"
)]

use chrono::NaiveDate;
use muster_core::insights::{self, Period};
use serde::Serialize;
use utoipa::ToSchema;

/// The time that a report is about, in days of UTC.
#[derive(Serialize, ToSchema)]
pub struct Time {
    /// As it was asked for.
    #[schema(example = "30d")]
    range: &'static str,
    /// The first day.
    from: NaiveDate,
    /// The last day: today.
    to: NaiveDate,
    /// How many days one point of a series stands for.
    step_days: i64,
}

impl Time {
    fn of(period: &Period) -> Self {
        Self {
            range: period.range.as_str(),
            from: period.from,
            to: period.to,
            step_days: period.step_days,
        }
    }
}

/// Members over time, by role, and by what they did.
#[derive(Serialize, ToSchema)]
pub struct Members {
    /// When.
    time: Time,
    /// How many members there are now, suspended ones included.
    members: i64,
    /// How many joined in this time.
    joined: i64,
    /// How many left or were removed.
    left: i64,
    /// Members over time, from the oldest point on.
    points: Vec<GrowthPoint>,
    /// How many have which role, in the order of the team's rules.
    roles: Vec<Role>,
    /// How many members did anything in this time.
    active: i64,
    /// The most active ones, most first.
    most_active: Vec<Person>,
    /// Those who worked on the same things of the host product, most first; by the newest 10,000 events.
    pairs: Vec<Pair>,
    /// Those by whose invitation others joined, most first.
    inviters: Vec<Inviter>,
}

/// A day, or seven.
#[derive(Serialize, ToSchema)]
pub struct GrowthPoint {
    /// Its first day.
    from: NaiveDate,
    /// How many members there were at its end.
    members: i64,
    /// How many joined.
    joined: i64,
    /// How many left or were removed.
    left: i64,
}

/// A role of the team.
#[derive(Serialize, ToSchema)]
pub struct Role {
    /// Its key.
    role: String,
    /// What people read.
    name: String,
    /// How many members have it and have access.
    active: i64,
    /// How many have it and are suspended.
    deactivated: i64,
}

/// Somebody who did something.
#[derive(Serialize, ToSchema)]
pub struct Person {
    /// Their account.
    account_id: String,
    /// What others call them.
    name: String,
    /// How often the log names them as whoever did something.
    acts: i64,
    /// How often the host product does.
    events: i64,
}

/// Two members who work on the same things.
#[derive(Serialize, ToSchema)]
pub struct Pair {
    /// By name.
    #[schema(min_items = 2, max_items = 2)]
    names: Vec<String>,
    /// How many things both worked on.
    subjects: i64,
}

/// Somebody by whose invitation others joined.
#[derive(Serialize, ToSchema)]
pub struct Inviter {
    /// By name.
    name: String,
    /// How many.
    joined: i64,
}

impl Members {
    /// Three reports in one.
    pub fn of(growth: insights::Growth, roles: insights::Roles, people: insights::People) -> Self {
        let points = growth.points.into_iter().map(|point| GrowthPoint {
            from: point.from,
            members: point.members,
            joined: point.joined,
            left: point.left,
        });
        let roles = roles.shares.into_iter().map(|share| Role {
            role: share.role.to_string(),
            name: share.name,
            active: share.active,
            deactivated: share.deactivated,
        });
        let most_active = people.most.into_iter().map(|person| Person {
            account_id: person.account.to_string(),
            name: person.name,
            acts: person.acts,
            events: person.events,
        });
        let pairs = people.pairs.into_iter().map(|pair| Pair {
            names: pair.names.into(),
            subjects: pair.subjects,
        });
        let inviters = people.inviters.into_iter().map(|inviter| Inviter {
            name: inviter.name,
            joined: inviter.joined,
        });
        Self {
            time: Time::of(&growth.period),
            members: growth.members,
            joined: growth.joined,
            left: growth.left,
            points: points.collect(),
            roles: roles.collect(),
            active: people.active,
            most_active: most_active.collect(),
            pairs: pairs.collect(),
            inviters: inviters.collect(),
        }
    }
}

/// What the host product is used for.
#[derive(Serialize, ToSchema)]
pub struct Features {
    /// When.
    time: Time,
    /// How many events there were.
    events: i64,
    /// How many types of them.
    types: i64,
    /// The types, most frequent first, at most 50.
    features: Vec<Feature>,
    /// How many things were created: events whose verb is `created`.
    created: i64,
    /// On which days of the week, from Monday on.
    #[schema(min_items = 7, max_items = 7)]
    created_by_weekday: Vec<i64>,
    /// How many things were created over time, from the oldest point on.
    created_points: Vec<CreatedPoint>,
}

/// One type of events.
#[derive(Serialize, ToSchema)]
pub struct Feature {
    /// A thing and a verb.
    #[serde(rename = "type")]
    #[schema(example = "link.created")]
    kind: String,
    /// How often.
    count: i64,
    /// How many people did it.
    people: i64,
    /// How often in the time before, which was as long.
    before: i64,
}

/// A day, or seven.
#[derive(Serialize, ToSchema)]
pub struct CreatedPoint {
    /// Its first day.
    from: NaiveDate,
    /// How many things were created.
    created: i64,
}

impl Features {
    /// The report.
    pub fn of(found: insights::Features) -> Self {
        let features = found.features.into_iter().map(|feature| Feature {
            kind: feature.kind,
            count: feature.times,
            people: feature.people,
            before: feature.before,
        });
        let points = found.created_points.into_iter().map(|point| CreatedPoint {
            from: point.from,
            created: point.created,
        });
        Self {
            time: Time::of(&found.period),
            events: found.events,
            types: found.kinds,
            features: features.collect(),
            created: found.created,
            created_by_weekday: found.created_by_weekday.into(),
            created_points: points.collect(),
        }
    }
}

/// How much happens.
#[derive(Serialize, ToSchema)]
pub struct Trends {
    /// When.
    time: Time,
    /// All of this time.
    now: Total,
    /// All of the time before, which was as long.
    before: Total,
    /// From the oldest on.
    points: Vec<TrendPoint>,
}

/// How much happened in all.
#[derive(Serialize, ToSchema)]
pub struct Total {
    /// Entries of the log that somebody caused.
    acts: i64,
    /// Events of the host product.
    events: i64,
    /// How many people took part.
    people: i64,
}

/// A day, or seven.
#[derive(Serialize, ToSchema)]
pub struct TrendPoint {
    /// Its first day.
    from: NaiveDate,
    /// Entries of the log that somebody caused.
    acts: i64,
    /// Events of the host product.
    events: i64,
    /// How many people took part.
    people: i64,
}

impl Trends {
    /// The report.
    pub fn of(found: insights::Trends) -> Self {
        let total = |total: insights::Total| Total {
            acts: total.acts,
            events: total.events,
            people: total.people,
        };
        let points = found.points.into_iter().map(|point| TrendPoint {
            from: point.from,
            acts: point.acts,
            events: point.events,
            people: point.people,
        });
        Self {
            time: Time::of(&found.period),
            now: total(found.now),
            before: total(found.before),
            points: points.collect(),
        }
    }
}

/// What became of the invitations that were made in the time.
#[derive(Serialize, ToSchema)]
pub struct Invitations {
    /// When.
    time: Time,
    /// How many were made.
    sent: i64,
    /// To how many the mail server took a mail.
    delivered: i64,
    /// How many were accepted.
    accepted: i64,
    /// How many were declined.
    declined: i64,
    /// How many ran out.
    expired: i64,
    /// How many were cancelled.
    revoked: i64,
    /// How many gave way to a newer one for the same address.
    replaced: i64,
    /// How many still wait for an answer.
    pending: i64,
    /// Half of those who accepted did so within so many minutes; null when nobody did.
    median_minutes: Option<i64>,
    /// From the oldest on.
    points: Vec<InvitationsPoint>,
}

/// A day, or seven.
#[derive(Serialize, ToSchema)]
pub struct InvitationsPoint {
    /// Its first day.
    from: NaiveDate,
    /// How many were made.
    sent: i64,
    /// How many were accepted, whenever they were made.
    accepted: i64,
}

impl Invitations {
    /// The report.
    pub fn of(found: insights::Invitations) -> Self {
        let points = found.points.into_iter().map(|point| InvitationsPoint {
            from: point.from,
            sent: point.sent,
            accepted: point.accepted,
        });
        Self {
            time: Time::of(&found.period),
            sent: found.sent,
            delivered: found.delivered,
            accepted: found.accepted,
            declined: found.declined,
            expired: found.expired,
            revoked: found.revoked,
            replaced: found.replaced,
            pending: found.open,
            median_minutes: found.median_minutes,
            points: points.collect(),
        }
    }
}
