//! What became of the invitations that were made in a time.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Period, Range, enough, period};
use crate::activity::{Kind, days};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::invitation::Status;
use crate::tx::{Tx, sql};

/// The median is of so many that were accepted last.
const MEDIAN_OF: i64 = 1000;

/// What became of invitations. All numbers but the points are of those that were made in this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invitations {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// How many were made.
    pub sent: i64,
    /// To how many the mail server took a mail.
    pub delivered: i64,
    /// How many were accepted.
    pub accepted: i64,
    /// How many were declined.
    pub declined: i64,
    /// How many ran out.
    pub expired: i64,
    /// How many were cancelled.
    pub revoked: i64,
    /// How many gave way to a newer one for the same address.
    pub replaced: i64,
    /// How many still wait for an answer.
    pub open: i64,
    /// Half of those who accepted did so within so many minutes, from when they were invited first.
    pub median_minutes: Option<i64>,
    /// From the oldest on.
    pub points: Vec<InvitationsPoint>,
}

/// A day, or seven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitationsPoint {
    /// Its first day.
    pub from: NaiveDate,
    /// How many were made.
    pub sent: i64,
    /// How many were accepted, whenever they were made.
    pub accepted: i64,
}

impl Invitations {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        enough(self.sent)
    }
}

#[derive(sqlx::FromRow)]
struct Course {
    status: Status,
    times: i64,
    delivered: i64,
}

/// What became of the invitations of the grant's team.
pub async fn invitations(tx: &mut Tx, env: &Env, grant: &Grant, range: Range) -> Result<Invitations, Error> {
    let period = period(tx, env, grant, range)?;
    let (team, since) = (grant.team.id, period.begins());
    // What is stored as pending is expired once its time is over.
    let courses = sql!(fetch_all Course, tx,
        "select case when i.status = 'pending' and i.expires_at <= $3 then 'expired' else i.status end as status,
                count(*) as times,
                cast(sum(case when exists (select 1 from emails e where e.invitation_id = i.id and e.status = 'sent'
                                             and e.kind = 'invitation') then 1 else 0 end) as bigint) as delivered
         from invitations i where i.team_id = $1 and i.created_at >= $2 group by 1", team, since, env.now())?;
    let of = |status| {
        let course = courses.iter().find(|course| course.status == status);
        course.map_or(0, |course| course.times)
    };
    let answers = sql!(fetch_all (DateTime<Utc>, DateTime<Utc>), tx,
        "select created_at, closed_at from invitations
         where team_id = $1 and created_at >= $2 and status = 'accepted' order by created_at desc, id desc limit $3",
        team, since, MEDIAN_OF)?;
    let mut minutes: Vec<i64> = answers
        .into_iter()
        .map(|(made, accepted)| (accepted - made).num_minutes().max(0))
        .collect();
    minutes.sort_unstable();
    Ok(Invitations {
        sent: courses.iter().map(|course| course.times).sum(),
        delivered: courses.iter().map(|course| course.delivered).sum(),
        accepted: of(Status::Accepted),
        declined: of(Status::Declined),
        expired: of(Status::Expired),
        revoked: of(Status::Revoked),
        replaced: of(Status::Replaced),
        open: of(Status::Pending),
        median_minutes: minutes.get(minutes.len() / 2).copied(),
        points: points(tx, grant, &period).await?,
        period,
    })
}

async fn points(tx: &mut Tx, grant: &Grant, period: &Period) -> Result<Vec<InvitationsPoint>, Error> {
    let counts = sql!(
        fetch_all(i64, Kind, i64),
        tx,
        "select day, kind, cast(sum(times) as bigint) from activity_days
         where team_id = $1 and day >= $2 and not host and kind in ('invitation.sent', 'invitation.accepted')
         group by day, kind",
        grant.team.id,
        period.first
    )?;
    let mut points: Vec<InvitationsPoint> = period
        .steps()
        .map(|day| InvitationsPoint {
            from: days::date(day),
            sent: 0,
            accepted: 0,
        })
        .collect();
    for (day, kind, times) in counts {
        let Some(point) = points.get_mut(period.step_of(day)) else {
            continue;
        };
        match kind {
            Kind::InvitationSent => point.sent += times,
            _ => point.accepted += times,
        }
    }
    points.drain(..period.founded(grant));
    Ok(points)
}
