//! What the host product tells about its own things: a link was created, a page was edited. Muster counts these events for
//! its insights and interprets nothing; they are no entries of the log.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::activity::{self, days};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::{Error, Rule};
use crate::ids::{AccountId, EventId, TeamId};
use crate::message;
use crate::policy::Permission;
use crate::tx::{MANY, Tx, sql_many};

/// How many one call records at most.
pub const MOST: usize = 100;
/// How many equal things one event stands for at most.
pub const MOST_TIMES: u32 = 1_000_000;
/// How long the name of what an event is about may be.
pub const MOST_SUBJECT: usize = 200;
/// What Muster itself keeps a log of, or may keep one of: no name of a host product's thing.
const OURS: [&str; 20] = [
    "access",
    "account",
    "activity",
    "announcements",
    "api_key",
    "audit",
    "discord",
    "guild",
    "insights",
    "invitation",
    "invite_link",
    "log",
    "member",
    "muster",
    "ownership",
    "policy",
    "role",
    "security",
    "team",
    "webhook",
];

/// The kind of an event: a thing and a verb, such as `link.created`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKind(String);

impl EventKind {
    /// Reads a kind: two or more words of lower case letters, digits and underscores with dots between, each beginning with a
    /// letter, at most 64 characters. None of Muster's own things.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let refused = |reason| Rule::TextBad {
            what: "what-event-kind",
            reason,
        };
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let mut words = text.split('.');
        let thing = words.next().unwrap_or_default();
        if text.len() > 64 || !text.contains('.') || !text.split('.').all(word) {
            return Err(refused(message!("event-kind-bad")));
        }
        if OURS.contains(&thing) || text.parse::<activity::Kind>().is_ok() {
            return Err(refused(message!("event-kind-ours", thing = thing)));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something that happened in the host product.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What.
    pub kind: EventKind,
    /// When; now, unless the host product tells later.
    pub at: Option<DateTime<Utc>>,
    /// Who did it: a member of the team, now or before.
    pub actor: Option<AccountId>,
    /// With what: the host product's own name for it. Whoever names the same works on the same.
    pub subject: Option<String>,
    /// How often.
    pub times: u32,
}

impl NewEvent {
    fn check(&self, now: DateTime<Utc>) -> Result<(), Rule> {
        let bad = |what, reason| Err(Rule::TextBad { what, reason });
        if !(1..=MOST_TIMES).contains(&self.times) {
            return bad("what-event-times", message!("event-times-bad", most = MOST_TIMES));
        }
        if let Some(subject) = &self.subject
            && (subject.trim().is_empty()
                || subject.chars().count() > MOST_SUBJECT
                || subject.chars().any(char::is_control))
        {
            return bad(
                "what-event-subject",
                message!("event-subject-bad", most = MOST_SUBJECT),
            );
        }
        // A year back is as far as insights look; a minute ahead is another machine's clock.
        let told = self.at.unwrap_or(now);
        if told > now + TimeDelta::minutes(1) || told < now - TimeDelta::days(366) {
            return bad("what-time", message!("event-time-bad"));
        }
        Ok(())
    }
}

/// Notes events of the grant's team, all or none, at most [`MOST`].
pub async fn record(tx: &mut Tx, env: &Env, grant: &Grant, events: &[NewEvent]) -> Result<(), Error> {
    grant.demand(tx, Permission::ActivityView)?;
    let (team, now) = (grant.team.id, env.now());
    if events.is_empty() || events.len() > MOST.min(MANY) {
        return Err(Rule::TextBad {
            what: "what-events",
            reason: message!("events-many", most = MOST),
        }
        .into());
    }
    events.iter().try_for_each(|event| event.check(now))?;
    check_actors(tx, team, events).await?;
    sql_many!(execute tx, events,
        "insert into events (id, team_id, at, kind, actor_id, subject, times)",
        |to, event| {
            to.push_bind(env.new_id::<EventId>()).push_bind(team).push_bind(event.at.unwrap_or(now))
                .push_bind(event.kind.as_str()).push_bind(event.actor).push_bind(event.subject.as_deref())
                .push_bind(i64::from(event.times));
        }, "")?;
    let counted = events.iter().map(|event| days::Counted {
        team,
        day: days::day(event.at.unwrap_or(now)),
        kind: event.kind.as_str().to_owned(),
        actor: event.actor.map(|actor| actor.to_string()).unwrap_or_default(),
        host: true,
        times: event.times.into(),
    });
    days::count(tx, counted).await
}

/// Whoever left may have done it before; strangers did nothing here.
async fn check_actors(tx: &mut Tx, team: TeamId, events: &[NewEvent]) -> Result<(), Error> {
    let actors: BTreeSet<AccountId> = events.iter().filter_map(|event| event.actor).collect();
    if actors.is_empty() {
        return Ok(());
    }
    let known = sql_many!(
        fetch_all(AccountId,),
        tx,
        &actors,
        "select m.account_id from members m join (",
        |row, actor| {
            row.push_bind(team).push_bind(*actor);
        },
        ") v on m.team_id = v.column1 and m.account_id = v.column2"
    )?;
    if known.len() == actors.len() {
        Ok(())
    } else {
        Err(Error::NotFound("member"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_things_and_verbs_and_none_of_ours() {
        for good in ["link.created", "qr_code.scanned", "page.v2.edited"] {
            assert!(EventKind::parse(good).is_ok(), "{good}");
        }
        let long = format!("a.{}", "b".repeat(63));
        for bad in [
            "",
            "link",
            ".",
            "link.",
            ".created",
            "Link.created",
            "link created",
            "link..created",
            "1.a",
            "ü.a",
            &long,
            "link.created\n",
        ] {
            assert!(EventKind::parse(bad).is_err(), "{bad}");
        }
        for kind in activity::Kind::ALL {
            assert!(EventKind::parse(kind.as_str()).is_err(), "{kind}");
            let thing = kind.as_str().split('.').next().unwrap_or_default();
            assert!(OURS.contains(&thing), "`{thing}` is ours, and not on the list");
        }
    }
}
