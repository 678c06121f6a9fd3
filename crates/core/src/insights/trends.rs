//! How much happens, how many take part, and whether it is more than before.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Period, Range, enough, period};
use crate::activity::days;
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::tx::{Tx, sql};

/// How much happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trends {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// All of this time.
    pub now: Total,
    /// All of the time before, which was as long.
    pub before: Total,
    /// From the oldest on.
    pub points: Vec<TrendPoint>,
}

/// How much happened in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Total {
    /// Entries of the log that somebody caused.
    pub acts: i64,
    /// Events of the host product.
    pub events: i64,
    /// How many people.
    pub people: i64,
}

/// A day, or seven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrendPoint {
    /// Its first day.
    pub from: NaiveDate,
    /// Entries of the log that somebody caused.
    pub acts: i64,
    /// Events of the host product.
    pub events: i64,
    /// How many people.
    pub people: i64,
}

impl Trends {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        enough(self.points.len()) && enough(self.now.acts.saturating_add(self.now.events))
    }
}

/// What of the counts is somebody's doing: entries that nobody caused are a job's, events may come without a name.
macro_rules! sums {
    () => {
        "coalesce(cast(sum(case when host or actor_id = '' then 0 else times end) as bigint), 0) as acts,
         coalesce(cast(sum(case when host then times else 0 end) as bigint), 0) as events,
         count(distinct case when actor_id <> '' then actor_id end) as people"
    };
}

/// How much happens in the grant's team.
pub async fn trends(tx: &mut Tx, env: &Env, grant: &Grant, range: Range) -> Result<Trends, Error> {
    let period = period(tx, env, grant, range)?;
    let now = total(tx, grant, period.first, period.last + 1).await?;
    let before = total(tx, grant, period.before(), period.first).await?;
    let sums = sql!(
        fetch_all(i64, i64, i64, i64),
        tx,
        concat!(
            "select (day - $2) / $3 as step, ",
            sums!(),
            "
         from activity_days where team_id = $1 and day >= $2 group by 1"
        ),
        grant.team.id,
        period.first,
        period.step_days
    )?;
    let mut points: Vec<TrendPoint> = period
        .steps()
        .map(|day| TrendPoint {
            from: days::date(day),
            acts: 0,
            events: 0,
            people: 0,
        })
        .collect();
    for (step, acts, events, people) in sums {
        let point = usize::try_from(step).ok().and_then(|step| points.get_mut(step));
        if let Some(point) = point {
            (point.acts, point.events, point.people) = (acts, events, people);
        }
    }
    points.drain(..period.founded(grant));
    Ok(Trends {
        period,
        now,
        before,
        points,
    })
}

async fn total(tx: &mut Tx, grant: &Grant, from: i64, to: i64) -> Result<Total, Error> {
    Ok(sql!(fetch_one Total, tx,
        concat!("select ", sums!(), " from activity_days where team_id = $1 and day >= $2 and day < $3"),
        grant.team.id, from, to)?)
}
