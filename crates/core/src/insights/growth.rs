//! Members over time.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Period, Range, enough, period};
use crate::activity::{Kind, days};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::tx::{Tx, sql};

/// How a team grew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Growth {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// How many members there are now, suspended ones included.
    pub members: i64,
    /// How many joined in this time.
    pub joined: i64,
    /// How many left or were removed.
    pub left: i64,
    /// From the oldest on.
    pub points: Vec<GrowthPoint>,
}

/// A day, or seven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrowthPoint {
    /// Its first day.
    pub from: NaiveDate,
    /// How many members there were at its end.
    pub members: i64,
    /// How many joined.
    pub joined: i64,
    /// How many left or were removed.
    pub left: i64,
}

impl Growth {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        enough(self.points.len())
    }
}

/// How the grant's team grew: counted back from today, by what the log says of joining and leaving.
pub async fn growth(tx: &mut Tx, env: &Env, grant: &Grant, range: Range) -> Result<Growth, Error> {
    let period = period(tx, env, grant, range)?;
    let team = grant.team.id;
    let members = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and status in ('active', 'deactivated')", team)?;
    let changes = sql!(fetch_all (i64, Kind, i64), tx,
        "select day, kind, cast(sum(times) as bigint) from activity_days
         where team_id = $1 and day >= $2 and not host
           and kind in ('team.created', 'invitation.accepted', 'member.joined_by_link', 'member.left', 'member.removed')
         group by day, kind", team, period.first)?;
    let mut points: Vec<GrowthPoint> = period
        .steps()
        .map(|day| GrowthPoint {
            from: days::date(day),
            members: 0,
            joined: 0,
            left: 0,
        })
        .collect();
    for (day, kind, times) in changes {
        let Some(point) = points.get_mut(period.step_of(day)) else {
            continue;
        };
        match kind {
            Kind::MemberLeft | Kind::MemberRemoved => point.left += times,
            _ => point.joined += times,
        }
    }
    let mut then = members;
    for point in points.iter_mut().rev() {
        point.members = then.max(0);
        then -= point.joined - point.left;
    }
    points.drain(..period.founded(grant));
    Ok(Growth {
        joined: points.iter().map(|point| point.joined).sum(),
        left: points.iter().map(|point| point.left).sum(),
        period,
        members,
        points,
    })
}
