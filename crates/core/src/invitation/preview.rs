//! What would happen to each address of a list, before anything is written.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::actor::Grant;
use crate::env::Env;
use crate::error::Error;
use crate::member;
use crate::policy::{ExistingAccounts, Permission, Reinvite};
use crate::rate_limit;
use crate::suppression;
use crate::text::EmailAddress;
use crate::tx::{MANY, Tx, sql_many};

/// How many addresses are typed together at most.
pub const MOST: usize = 20;

/// What would happen to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It would be invited.
    New,
    /// It would be invited, and its pending invitation of this time replaced.
    Replaces(DateTime<Utc>),
    /// It has a pending invitation, and this team's rules do not let another replace it.
    Pending,
    /// It is a member's.
    Member,
    /// It has an account, and this team's rules refuse those.
    ExistingAccount,
    /// It wants no invitations.
    Suppressed,
    /// It was mailed a moment ago and has to wait until this time.
    Cooldown(DateTime<Utc>),
}

impl Standing {
    /// Whether sending would invite this one.
    pub fn is_sendable(self) -> bool {
        match self {
            Self::New | Self::Replaces(_) => true,
            Self::Pending | Self::Member | Self::ExistingAccount | Self::Suppressed | Self::Cooldown(_) => {
                false
            }
        }
    }
}

/// Looks at addresses, in their order. However many there are, it takes the same few queries for each `MANY`.
pub async fn preview(
    tx: &mut Tx,
    env: &Env,
    grant: &Grant,
    emails: &[EmailAddress],
) -> Result<Vec<Standing>, Error> {
    grant.demand(tx, Permission::MembersInvite)?;
    let mut standings = Vec::with_capacity(emails.len());
    for some in emails.chunks(MANY) {
        let found = Found::of(tx, env, grant, some).await?;
        standings.extend(some.iter().map(|email| found.standing(grant, email)));
    }
    Ok(standings)
}

/// What the database knows of several addresses, each by its key.
struct Found {
    /// Whether the account that has the address is a member.
    accounts: HashMap<String, bool>,
    suppressed: HashSet<Vec<u8>>,
    /// Until when they have to wait.
    resting: HashMap<String, DateTime<Utc>>,
    /// Since when they have an invitation that is open.
    pending: HashMap<String, DateTime<Utc>>,
}

impl Found {
    async fn of(tx: &mut Tx, env: &Env, grant: &Grant, emails: &[EmailAddress]) -> Result<Self, Error> {
        let (team, now) = (grant.team.id, env.now());
        let accounts = sql_many!(
            fetch_all(String, Option<member::Status>),
            tx,
            emails,
            "select a.email_key, m.status from (",
            |row, email| {
                row.push_bind(email.key()).push_bind(team);
            },
            ") v join accounts a on a.email_key = v.column1
             left join members m on m.account_id = a.id and m.team_id = v.column2"
        )?;
        let pending = sql_many!(
            fetch_all(String, DateTime<Utc>),
            tx,
            emails,
            "select i.email_key, i.created_at from (",
            |row, email| {
                row.push_bind(email.key()).push_bind(team).push_bind(now);
            },
            ") v join invitations i on i.team_id = v.column2 and i.email_key = v.column1
                 and i.status = 'pending' and i.expires_at > v.column3"
        )?;
        Ok(Self {
            accounts: accounts
                .into_iter()
                .map(|(key, status)| (key, status.is_some_and(member::Status::is_current)))
                .collect(),
            suppressed: suppression::among(tx, emails).await?,
            resting: rate_limit::cooldowns(tx, env, &grant.team, emails).await?,
            pending: pending.into_iter().collect(),
        })
    }

    /// In the order in which sending asks.
    fn standing(&self, grant: &Grant, email: &EmailAddress) -> Standing {
        let (rules, key) = (grant.team.policy.invitation(), email.key());
        match (self.accounts.get(&key), rules.existing_accounts) {
            (Some(true), _) => return Standing::Member,
            (Some(false), ExistingAccounts::Refuse) => return Standing::ExistingAccount,
            (Some(false), ExistingAccounts::Join) | (None, _) => {}
        }
        if self.suppressed.contains(&suppression::hash(email)) {
            return Standing::Suppressed;
        }
        if let Some(until) = self.resting.get(&key) {
            return Standing::Cooldown(*until);
        }
        match (self.pending.get(&key), rules.reinvite) {
            (None, _) => Standing::New,
            (Some(_), Reinvite::Refused) => Standing::Pending,
            (Some(since), Reinvite::Replaces) => Standing::Replaces(*since),
        }
    }
}
