//! How often a team may mail: counted from the mails themselves, so that restarts and replicas change nothing.
//!
//! The caller holds the team's lock, so two requests can never both see the last free place.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::TeamId;
use crate::policy::Policy;
use crate::team::Team;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql, sql_many};

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Refuses another invitation mail when the address was mailed within the policy's pause or the team has used up its
/// hour. Mails from the future (a clock that was wrong) do not count, so a corrected clock heals the limit.
pub async fn check(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    policy: &Policy,
    to: &EmailAddress,
) -> Result<(), Error> {
    if let Some(until) = cooldown(tx, env, team, policy, to).await? {
        return Err(Rule::Cooldown { until }.into());
    }
    let limit = policy.invitation().hourly_limit;
    let now = env.now();
    // The mail that used up the hour's last place, if there is one.
    let last = sql!(values DateTime<Utc>, tx,
        "select created_at from emails
         where team_id = $1 and kind = 'invitation' and created_at > $2 and created_at <= $3
         order by created_at desc limit 1 offset $4",
        team, now - HOUR, now, i64::from(limit.max(1)) - 1)?;
    if let Some(oldest) = last.first() {
        return Err(Rule::HourlyLimit {
            limit,
            until: *oldest + HOUR,
        }
        .into());
    }
    Ok(())
}

/// When the mails of the last hour were asked for, as far as they count: the newest first, no more than the limit.
async fn sent(tx: &mut Tx, env: &Env, team: TeamId, policy: &Policy) -> Result<Vec<DateTime<Utc>>, Error> {
    let now = env.now();
    Ok(sql!(values DateTime<Utc>, tx,
        "select created_at from emails
         where team_id = $1 and kind = 'invitation' and created_at > $2 and created_at <= $3
         order by created_at desc limit $4",
        team, now - HOUR, now, i64::from(policy.invitation().hourly_limit))?)
}

/// How fast a team can go on inviting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// When each of the hour's places can be taken, earliest first: as many as the limit.
    places: Vec<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Pace {
    fn new(limit: u32, sent: &[DateTime<Utc>], now: DateTime<Utc>) -> Self {
        let free = (limit as usize).saturating_sub(sent.len());
        let taken = sent.iter().rev().map(|at| *at + HOUR);
        Self {
            places: std::iter::repeat_n(now, free).chain(taken).collect(),
            now,
        }
    }

    /// How many can leave now.
    pub fn free(&self) -> usize {
        self.places.iter().take_while(|at| **at <= self.now).count()
    }

    /// How many can leave in an hour.
    pub fn an_hour(&self) -> usize {
        self.places.len()
    }

    /// When one can leave that so many others go before, if nobody else invites meanwhile.
    pub fn after(&self, others: u64) -> DateTime<Utc> {
        let places = self.places.len().max(1) as u64;
        let place = usize::try_from(others % places).unwrap_or_default();
        let hours = i32::try_from(others / places).unwrap_or(i32::MAX);
        self.places.get(place).copied().unwrap_or(self.now) + HOUR * hours
    }
}

/// How fast a team can go on inviting, from the mails of its last hour.
pub async fn pace(tx: &mut Tx, env: &Env, team: &Team) -> Result<Pace, Error> {
    let sent = sent(tx, env, team.id, &team.policy).await?;
    Ok(Pace::new(team.policy.invitation().hourly_limit, &sent, env.now()))
}

/// When the address may be mailed again, if it has to wait.
pub async fn cooldown(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    policy: &Policy,
    to: &EmailAddress,
) -> Result<Option<DateTime<Utc>>, Error> {
    let (now, pause) = (env.now(), pause(policy));
    let last = sql!(value Option<DateTime<Utc>>, tx,
        "select max(created_at) from emails
         where team_id = $1 and to_key = $2 and kind = 'invitation' and created_at > $3 and created_at <= $4",
        team, to.key(), now - pause, now)?;
    Ok(last.map(|last| last + pause))
}

/// When several addresses, at most [`crate::tx::MANY`], may be mailed again, by the keys of those that have to wait.
pub(crate) async fn cooldowns(
    tx: &mut Tx,
    env: &Env,
    team: &Team,
    to: &[EmailAddress],
) -> Result<HashMap<String, DateTime<Utc>>, Error> {
    let (now, pause) = (env.now(), pause(&team.policy));
    let last = sql_many!(
        fetch_all(String, DateTime<Utc>),
        tx,
        to,
        "select e.to_key, max(e.created_at) from (",
        |row, email| {
            row.push_bind(email.key())
                .push_bind(team.id)
                .push_bind(now - pause)
                .push_bind(now);
        },
        ") v join emails e on e.team_id = v.column2 and e.to_key = v.column1 and e.kind = 'invitation'
             and e.created_at > v.column3 and e.created_at <= v.column4
         group by e.to_key"
    )?;
    Ok(last.into_iter().map(|(key, last)| (key, last + pause)).collect())
}

fn pause(policy: &Policy) -> TimeDelta {
    TimeDelta::seconds(policy.invitation().resend_cooldown_seconds.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_again_an_hour_later() {
        let now: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().unwrap();
        let ago = |minutes| now - TimeDelta::minutes(minutes);
        let minutes = |pace: &Pace, others| (pace.after(others) - now).num_minutes();
        let fresh = Pace::new(3, &[], now);
        assert_eq!((fresh.free(), fresh.an_hour()), (3, 3));
        let times: Vec<_> = (0..7).map(|others| minutes(&fresh, others)).collect();
        assert_eq!(times, [0, 0, 0, 60, 60, 60, 120]);
        let busy = Pace::new(3, &[ago(10), ago(50)], now);
        assert_eq!(busy.free(), 1);
        let times: Vec<_> = (0..7).map(|others| minutes(&busy, others)).collect();
        assert_eq!(times, [0, 10, 50, 60, 70, 110, 120]);
        let full = Pace::new(2, &[ago(10), ago(50)], now);
        assert_eq!((full.free(), minutes(&full, 0)), (0, 10));
    }
}
