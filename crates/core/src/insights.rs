//! What a team's past adds up to: growth, invitations, roles, people, features, trends.
//!
//! Everything that happens is counted by day when it happens (`activity/days.rs`), so no report reads the log, however
//! long that is. Days are of UTC. A series has one point a day for short ranges and one for each seven days, ending today,
//! for long ones; it begins when the team was founded, if that was later.

mod features;
mod growth;
mod invitations;
mod people;
mod roles;
mod trends;

pub use features::{CreatedPoint, Feature, Features, features};
pub use growth::{Growth, GrowthPoint, growth};
pub use invitations::{Invitations, InvitationsPoint, invitations};
pub use people::{Inviter, LOOKED_AT, Pair, People, Person, people};
pub use roles::{Roles, Share, roles};
pub use trends::{Total, TrendPoint, Trends, trends};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::activity::days;
use crate::actor::Grant;
use crate::column::words;
use crate::env::Env;
use crate::error::Error;
use crate::policy::Permission;
use crate::tx::Tx;

/// Of fewer than so many a picture says nothing: points, people, invitations, events.
pub const ENOUGH: i64 = 5;

words! {
    /// How far back a report looks.
    #[derive(Default, Serialize)]
    Range {
        /// Seven days.
        #[serde(rename = "7d")]
        Week = "7d",
        /// 30 days.
        #[default]
        #[serde(rename = "30d")]
        Month = "30d",
        /// 13 weeks.
        #[serde(rename = "90d")]
        Quarter = "90d",
        /// 52 weeks.
        #[serde(rename = "1y")]
        Year = "1y",
    }
}

impl Range {
    /// How many days it has, today included.
    pub fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 91,
            Self::Year => 364,
        }
    }

    /// How many days one point of a series stands for.
    pub fn step(self) -> i64 {
        match self {
            Self::Week | Self::Month => 1,
            Self::Quarter | Self::Year => 7,
        }
    }
}

words! {
    /// What is reported.
    Report {
        /// Members over time.
        Growth = "growth",
        /// What becomes of invitations.
        Invitations = "invitations",
        /// How many have which role.
        Roles = "roles",
        /// Who is active, and with whom.
        People = "people",
        /// What the host product is used for.
        Features = "features",
        /// How much happens, and whether it is more than before.
        Trends = "trends",
    }
}

/// The time that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// As it was asked for.
    pub range: Range,
    /// The first day.
    pub from: NaiveDate,
    /// The last day: today.
    pub to: NaiveDate,
    /// How many days one point stands for.
    pub step_days: i64,
    #[serde(skip)]
    first: i64,
    #[serde(skip)]
    last: i64,
}

impl Period {
    fn new(env: &Env, range: Range) -> Self {
        let last = days::day(env.now());
        let first = last - range.days() + 1;
        Self {
            range,
            from: days::date(first),
            to: days::date(last),
            step_days: range.step(),
            first,
            last,
        }
    }

    /// When the first day begins.
    fn begins(&self) -> DateTime<Utc> {
        self.from.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    /// The first day of the time before, which is as long.
    fn before(&self) -> i64 {
        self.first - self.range.days()
    }

    /// The first days of its points.
    fn steps(&self) -> impl Iterator<Item = i64> + use<> {
        (self.first..=self.last).step_by(usize::try_from(self.step_days).unwrap_or(1))
    }

    /// Which point a day belongs to.
    fn step_of(&self, day: i64) -> usize {
        usize::try_from((day - self.first) / self.step_days).unwrap_or_default()
    }

    /// The first point that the team has seen anything of.
    fn founded(&self, grant: &Grant) -> usize {
        let founded = days::day(grant.team.created_at).max(self.first);
        self.step_of(founded.min(self.last))
    }
}

/// What a report found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Findings {
    /// Members over time.
    Growth(Growth),
    /// What becomes of invitations.
    Invitations(Invitations),
    /// How many have which role.
    Roles(Roles),
    /// Who is active.
    People(People),
    /// What the host product is used for.
    Features(Features),
    /// How much happens.
    Trends(Trends),
}

impl Findings {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        match self {
            Self::Growth(growth) => growth.enough(),
            Self::Invitations(invitations) => invitations.enough(),
            Self::Roles(roles) => roles.enough(),
            Self::People(people) => people.enough(),
            Self::Features(features) => features.enough(),
            Self::Trends(trends) => trends.enough(),
        }
    }
}

/// One report about the grant's team.
pub async fn find(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    report: Report,
    range: Range,
) -> Result<Findings, Error> {
    Ok(match report {
        Report::Growth => Findings::Growth(growth(tx, env, grant, range).await?),
        Report::Invitations => Findings::Invitations(invitations(tx, env, grant, range).await?),
        Report::Roles => Findings::Roles(roles(tx, grant).await?),
        Report::People => Findings::People(people(tx, env, grant, range).await?),
        Report::Features => Findings::Features(features(tx, env, grant, range).await?),
        Report::Trends => Findings::Trends(trends(tx, env, grant, range).await?),
    })
}

/// A time about which somebody may read insights of the grant's team.
fn period(tx: &Tx, env: &Env, grant: &Grant, range: Range) -> Result<Period, Error> {
    grant.demand(tx, Permission::AnalyticsView)?;
    Ok(Period::new(env, range))
}

fn enough(number: impl TryInto<i64>) -> bool {
    number.try_into().is_ok_and(|number| number >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Clock, Keys};
    use crate::password::Passwords;

    #[test]
    fn ranges_end_today_and_fall_into_whole_steps() {
        let now: DateTime<Utc> = "2026-11-22T23:59:59Z".parse().unwrap();
        let keys = Keys::parse(&Keys::generate()).unwrap();
        let env = Env::new(Clock::manual(now), keys, Passwords::quick(), "muster.test");
        for (range, from, points) in [
            (Range::Week, "2026-11-16", 7),
            (Range::Month, "2026-10-24", 30),
            (Range::Quarter, "2026-08-24", 13),
            (Range::Year, "2025-11-24", 52),
        ] {
            let period = Period::new(&env, range);
            assert_eq!(
                (period.from.to_string().as_str(), period.to.to_string().as_str()),
                (from, "2026-11-22")
            );
            assert_eq!(period.steps().count(), points, "{range}");
            assert_eq!(period.step_of(period.last), points - 1);
            assert_eq!(period.begins().to_rfc3339(), format!("{from}T00:00:00+00:00"));
        }
    }
}
