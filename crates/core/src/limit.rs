//! How often somebody may try something that costs: a password, a mail. Counted in the database, so that restarts and
//! replicas change nothing.
//!
//! Who tries is kept as a keyed hash, so the table tells nobody which addresses were typed, or from where.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::env::Env;
use crate::error::{Error, Rule};
use crate::tx::{Tx, sql};

/// How often something may be tried within a time that goes along.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// What the rows call it; never changes its meaning.
    pub(crate) name: &'static str,
    /// How often.
    pub(crate) most: i64,
    /// Within how long.
    pub(crate) window: TimeDelta,
}

/// Signing in from one place on the network, by whatever means. Offices and schools share one.
const SIGN_INS: Limit = Limit {
    name: "sign-in from",
    most: 100,
    window: TimeDelta::minutes(15),
};
/// Mails that strangers and members cause from one place on the network.
const MAILS: Limit = Limit {
    name: "mail from",
    most: 60,
    window: TimeDelta::hours(1),
};

/// Where somebody is on the network, as far as they are told apart: IPv4 by address, IPv6 by the /64 that one customer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client(String);

impl Client {
    /// Of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_string()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
        }
    }

    /// Counts an attempt to sign in from here, or refuses it.
    pub(crate) async fn may_sign_in(&self, tx: &mut Tx, env: &Env) -> Result<(), Error> {
        take(tx, env, SIGN_INS, &self.0).await
    }

    /// Counts a mail that is asked for from here, or refuses it.
    pub async fn may_mail(&self, tx: &mut Tx, env: &Env) -> Result<(), Error> {
        take(tx, env, MAILS, &self.0).await
    }
}

/// Counts a try, or refuses it with the time of the next.
pub(crate) async fn take(tx: &mut Tx, env: &Env, limit: Limit, who: &str) -> Result<(), Error> {
    match try_one(tx, env, limit, who).await? {
        None => Ok(()),
        Some(until) => Err(Rule::TooMany { until }.into()),
    }
}

/// Counts a try. When there were too many already it counts nothing and answers when the next one counts.
pub(crate) async fn try_one(
    tx: &mut Tx,
    env: &Env,
    limit: Limit,
    who: &str,
) -> Result<Option<DateTime<Utc>>, Error> {
    let (who, now) = (
        env.keys().sign("tries", &[limit.name.as_bytes(), who.as_bytes()]),
        env.now(),
    );
    // Nobody else counts between our look and our row.
    tx.hold(&format!("tries {} {who:?}", limit.name)).await?;
    // Tries from the future (a clock that was wrong) do not count, so a corrected clock heals the limit.
    let recent = sql!(values DateTime<Utc>, tx,
        "select at from tries where name = $1 and who = $2 and at > $3 and at <= $4 order by at desc limit $5",
        limit.name, &who[..], now - limit.window, now, limit.most)?;
    if let (true, Some(oldest)) = (recent.len() as u64 >= limit.most.unsigned_abs(), recent.last()) {
        return Ok(Some(*oldest + limit.window));
    }
    sql!(execute tx, "insert into tries (id, name, who, at) values ($1, $2, $3, $4)",
        env.new_id::<ulid::Ulid>().to_string(), limit.name, &who[..], now)?;
    Ok(None)
}

/// How many tries count now, at most as many as the limit has.
pub(crate) async fn counted(tx: &mut Tx, env: &Env, limit: Limit, who: &str) -> Result<i64, Error> {
    let (who, now) = (
        env.keys().sign("tries", &[limit.name.as_bytes(), who.as_bytes()]),
        env.now(),
    );
    Ok(sql!(value i64, tx,
        "select count(*) from tries where name = $1 and who = $2 and at > $3 and at <= $4",
        limit.name, &who[..], now - limit.window, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_of_ipv6_are_one() {
        let client = |text: &str| Client::of(text.parse().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
    }
}
