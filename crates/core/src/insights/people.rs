//! Who is active, who works on the same things, and who brought others in. Only members of today are named.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::{Period, Range, enough, period};
use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::ids::AccountId;
use crate::tx::{Tx, sql, sql_many};

/// How many are named at most.
const NAMED: i64 = 10;
/// How many of the newest events are looked at for who works on the same things.
pub const LOOKED_AT: i64 = 10_000;
/// A thing that more people than this touch says nothing about any two of them.
const CROWD: usize = 50;

/// Who is active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct People {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// How many members there are.
    pub members: i64,
    /// How many of them did anything in this time.
    pub active: i64,
    /// The most active ones, most first.
    pub most: Vec<Person>,
    /// Those who worked on the same things of the host product, most first; by the newest 10,000 events.
    pub pairs: Vec<Pair>,
    /// Those by whose invitation others joined, most first.
    pub inviters: Vec<Inviter>,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Person {
    /// Who.
    pub account: AccountId,
    /// What others call them.
    pub name: String,
    /// How often the log names them as whoever did something.
    pub acts: i64,
    /// How often the host product does.
    pub events: i64,
}

/// One of the most active members, and how many active ones there are.
#[derive(sqlx::FromRow)]
struct Active {
    #[sqlx(flatten)]
    person: Person,
    active: i64,
}

impl Person {
    /// Both together.
    pub fn times(&self) -> i64 {
        self.acts.saturating_add(self.events)
    }
}

/// Two members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// By name.
    pub names: [String; 2],
    /// How many things both worked on.
    pub subjects: i64,
}

/// Somebody by whose invitation others joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Inviter {
    /// By name.
    pub name: String,
    /// How many.
    pub joined: i64,
}

impl People {
    /// Whether a picture says something.
    pub fn enough(&self) -> bool {
        let times = self.most.iter().map(Person::times);
        enough(times.fold(0_i64, i64::saturating_add))
    }
}

/// Who is active in the grant's team.
pub async fn people(tx: &mut Tx, env: &Env, grant: &Grant, range: Range) -> Result<People, Error> {
    let period = period(tx, env, grant, range)?;
    let team = grant.team.id;
    let members = sql!(value i64, tx,
        "select count(*) from members where team_id = $1 and status in ('active', 'deactivated')", team)?;
    // One look at the days answers both how many were active and who was most.
    let found = sql!(fetch_all Active, tx,
        "select m.account_id as account, a.display_name as name, c.acts, c.events, count(*) over () as active
         from (select actor_id, cast(sum(case when host then 0 else times end) as bigint) as acts,
                      cast(sum(case when host then times else 0 end) as bigint) as events, sum(times) as all_of_them
               from activity_days where team_id = $1 and day >= $2 and actor_id <> '' group by actor_id) c
         join members m on m.team_id = $1 and m.account_id = c.actor_id and m.status in ('active', 'deactivated')
         join accounts a on a.id = m.account_id
         order by c.all_of_them desc, a.display_name, m.account_id limit $3",
        team, period.first, NAMED)?;
    let inviters = sql!(fetch_all Inviter, tx,
        "select a.display_name as name, count(*) as joined from members m
         join members i on i.team_id = m.team_id and i.account_id = m.invited_by and i.status in ('active', 'deactivated')
         join accounts a on a.id = i.account_id
         where m.team_id = $1 and m.joined_at >= $2 and m.status in ('active', 'deactivated')
         group by a.id, a.display_name order by joined desc, name, a.id limit $3",
        team, period.begins(), NAMED)?;
    Ok(People {
        members,
        active: found.first().map_or(0, |first| first.active),
        most: found.into_iter().map(|found| found.person).collect(),
        pairs: pairs(tx, grant, &period).await?,
        inviters,
        period,
    })
}

async fn pairs(tx: &mut Tx, grant: &Grant, period: &Period) -> Result<Vec<Pair>, Error> {
    let events = sql!(fetch_all (AccountId, String), tx,
        "select actor_id, subject from events
         where team_id = $1 and at >= $2 and actor_id is not null and subject is not null order by at desc limit $3",
        grant.team.id, period.begins(), LOOKED_AT)?;
    let mut touched: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for (actor, subject) in events {
        touched.entry(subject).or_default().insert(actor);
    }
    let mut together: HashMap<(AccountId, AccountId), i64> = HashMap::new();
    for people in touched.values().filter(|people| people.len() <= CROWD) {
        for (n, one) in people.iter().enumerate() {
            for other in people.iter().skip(n + 1) {
                *together.entry((*one, *other)).or_default() += 1;
            }
        }
    }
    let mut most: Vec<_> = together.into_iter().collect();
    most.sort_unstable_by_key(|(pair, subjects)| (std::cmp::Reverse(*subjects), *pair));
    let limit = usize::try_from(NAMED).unwrap_or_default();
    // Some of them may have left meanwhile.
    most.truncate(limit * 10);
    let names = names(
        tx,
        grant,
        most.iter().flat_map(|((one, other), _)| [*one, *other]),
    )
    .await?;
    let found = most.into_iter().filter_map(|((one, other), subjects)| {
        let names = [names.get(&one)?.clone(), names.get(&other)?.clone()];
        Some(Pair { names, subjects })
    });
    Ok(found.take(limit).collect())
}

/// What those of these people are called who are members.
async fn names(
    tx: &mut Tx,
    grant: &Grant,
    people: impl Iterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>, Error> {
    let people: BTreeSet<AccountId> = people.collect();
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let team = grant.team.id;
    let found = sql_many!(
        fetch_all(AccountId, String),
        tx,
        &people,
        "select a.id, a.display_name from accounts a join members m on m.account_id = a.id join (",
        |row, account| {
            row.push_bind(*account).push_bind(team);
        },
        ") v on m.account_id = v.column1 and m.team_id = v.column2 where m.status in ('active', 'deactivated')"
    )?;
    Ok(found.into_iter().collect())
}
