//! Telling whoever scheduled some that not all of them could be sent: once, when none of their file waits any more.

use std::collections::BTreeSet;

use super::{Reason, Status};
use crate::env::Env;
use crate::error::Error;
use crate::ids::{BatchId, DiscordUserId, TeamId};
use crate::job::Job;
use crate::locale::Locale;
use crate::queue;
use crate::team;
use crate::tx::{Tx, sql, sql_many};

/// Asks for the message about each of these files that is over and left somebody out.
pub(super) async fn when_over(tx: &mut Tx, env: &Env, batches: &BTreeSet<BatchId>) -> Result<(), Error> {
    if batches.is_empty() {
        return Ok(());
    }
    let over = sql_many!(
        fetch_all(BatchId,),
        tx,
        batches,
        "select batch from scheduled_invitations where batch in (",
        |row, batch| {
            row.push_bind(*batch);
        },
        ") group by batch having sum(case when status = 'scheduled' then 1 else 0 end) = 0
                            and sum(case when status = 'refused' then 1 else 0 end) > 0"
    )?;
    for (batch,) in over {
        queue::enqueue(tx, env, &Job::NotifyUnsent { batch }).await?;
    }
    Ok(())
}

/// A file of which somebody was left out.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// What the team is called.
    pub team: String,
    /// How many people were in it, of those that could be invited at first sight.
    pub of: u64,
    /// How many of them could not be sent, by what stood against it, most first.
    pub refused: Vec<(Reason, u64)>,
    /// Who that is in Discord.
    pub discord_user: Option<DiscordUserId>,
    /// The language of whoever scheduled them.
    pub locale: Locale,
}

#[derive(sqlx::FromRow)]
struct Scheduler {
    team_id: TeamId,
    locale: Locale,
    discord_user_id: Option<DiscordUserId>,
}

/// What there is to tell about a file, if somebody of it was left out.
pub async fn unsent(tx: &mut Tx, batch: BatchId) -> Result<Option<Unsent>, Error> {
    let scheduler = sql!(fetch_optional Scheduler, tx,
        "select s.team_id, a.locale, l.discord_user_id from scheduled_invitations s
         join accounts a on a.id = s.invited_by left join discord_links l on l.account_id = a.id
         where s.batch = $1 order by s.id limit 1", batch)?;
    let Some(scheduler) = scheduler else {
        return Ok(None);
    };
    let counts = sql!(
        fetch_all(Status, Option<Reason>, i64),
        tx,
        "select status, reason, count(*) from scheduled_invitations where batch = $1 group by status, reason",
        batch
    )?;
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    let mut refused: Vec<(Reason, u64)> = counts
        .iter()
        .filter_map(|(_, reason, many)| reason.map(|reason| (reason, number(*many))))
        .collect();
    if refused.is_empty() {
        return Ok(None);
    }
    refused.sort_by_key(|(reason, many)| (std::cmp::Reverse(*many), reason.as_str()));
    Ok(Some(Unsent {
        team: team::get(tx, scheduler.team_id).await?.name,
        of: counts.iter().map(|(_, _, many)| number(*many)).sum(),
        refused,
        discord_user: scheduler.discord_user_id,
        locale: scheduler.locale,
    }))
}
