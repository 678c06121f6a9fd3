//! How often a team may mail: counted from the mails themselves, so that restarts and replicas change nothing.
//!
//! The caller holds the team's lock, so two requests can never both see the last free place.

use chrono::{DateTime, TimeDelta, Utc};

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::TeamId;
use crate::policy::Policy;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

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
    let now = env.now();
    if let Some(until) = cooldown(tx, env, team, policy, to).await? {
        return Err(Rule::Cooldown { until }.into());
    }
    let limit = policy.invitation().hourly_limit;
    let sent = sql!(values DateTime<Utc>, tx,
        "select created_at from emails
         where team_id = $1 and kind = 'invitation' and created_at > $2 and created_at <= $3
         order by created_at desc limit $4",
        team, now - HOUR, now, i64::from(limit))?;
    if let (true, Some(oldest)) = (sent.len() >= limit as usize, sent.last()) {
        return Err(Rule::HourlyLimit {
            limit,
            until: *oldest + HOUR,
        }
        .into());
    }
    Ok(())
}

/// When the address may be mailed again, if it has to wait.
pub async fn cooldown(
    tx: &mut Tx,
    env: &Env,
    team: TeamId,
    policy: &Policy,
    to: &EmailAddress,
) -> Result<Option<DateTime<Utc>>, Error> {
    let now = env.now();
    let pause = TimeDelta::seconds(policy.invitation().resend_cooldown_seconds.into());
    let last = sql!(value Option<DateTime<Utc>>, tx,
        "select max(created_at) from emails
         where team_id = $1 and to_key = $2 and kind = 'invitation' and created_at > $3 and created_at <= $4",
        team, to.key(), now - pause, now)?;
    Ok(last.map(|last| last + pause))
}
