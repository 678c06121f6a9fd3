//! What the host product is used for, by the events that it tells.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Period, Range, enough, period};
use crate::activity::days;
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::tx::{Tx, sql};

/// How many kinds are named at most.
const NAMED: i64 = 50;

/// What the host product is used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Features {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// How many events there were.
    pub events: i64,
    /// How many kinds of them.
    pub kinds: i64,
    /// The kinds, most frequent first, at most 50.
    pub features: Vec<Feature>,
    /// How many things were created: events whose verb is `created`.
    pub created: i64,
    /// On which days of the week, from Monday on.
    pub created_by_weekday: [i64; 7],
    /// How many things were created in each part of the time, from the oldest on.
    pub created_points: Vec<CreatedPoint>,
}

/// A day, or seven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreatedPoint {
    /// Its first day.
    pub from: NaiveDate,
    /// How many things were created.
    pub created: i64,
}

/// One kind of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Feature {
    /// A thing and a verb: `link.created`.
    pub kind: String,
    /// How often.
    pub times: i64,
    /// How many people did it.
    pub people: i64,
    /// How often in the time before, which was as long.
    pub before: i64,
}

impl Features {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        enough(self.events)
    }

    /// The day of the week on which most was created, from Monday as nought on.
    pub fn busiest_weekday(&self) -> Option<usize> {
        let most = self.created_by_weekday.iter().max()?;
        let first = self.created_by_weekday.iter().position(|number| number == most)?;
        (*most > 0).then_some(first)
    }
}

/// What the host product of the grant's team is used for.
pub async fn features(tx: &mut Tx, env: &Env, grant: &Grant, range: Range) -> Result<Features, Error> {
    let period = period(tx, env, grant, range)?;
    let team = grant.team.id;
    let (kinds, events) = sql!(
        fetch_one(i64, i64),
        tx,
        "select count(distinct kind), coalesce(cast(sum(times) as bigint), 0) from activity_days
         where team_id = $1 and day >= $2 and host",
        team,
        period.first
    )?;
    let features = sql!(fetch_all Feature, tx,
        "select kind, cast(sum(case when day >= $2 then times else 0 end) as bigint) as times,
                count(distinct case when day >= $2 and actor_id <> '' then actor_id end) as people,
                cast(sum(case when day < $2 then times else 0 end) as bigint) as before
         from activity_days where team_id = $1 and day >= $3 and host group by kind
         having sum(case when day >= $2 then times else 0 end) > 0
         order by times desc, kind limit $4", team, period.first, period.before(), NAMED)?;
    let made = sql!(
        fetch_all(i64, i64),
        tx,
        "select day, cast(sum(times) as bigint) from activity_days
         where team_id = $1 and day >= $2 and host and kind like '%.created' group by day order by day",
        team,
        period.first
    )?;
    let mut created_by_weekday = [0; 7];
    let mut created_points: Vec<CreatedPoint> = period
        .steps()
        .map(|day| CreatedPoint {
            from: days::date(day),
            created: 0,
        })
        .collect();
    for (day, times) in &made {
        // 1 January 1970 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        created_by_weekday[weekday] += times;
        if let Some(point) = created_points.get_mut(period.step_of(*day)) {
            point.created += times;
        }
    }
    created_points.drain(..period.founded(grant));
    Ok(Features {
        events,
        kinds,
        features,
        created: made.iter().map(|(_, times)| times).sum(),
        created_by_weekday,
        created_points,
        period,
    })
}
