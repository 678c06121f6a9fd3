//! Jobs that the clock asks for.
//!
//! Every replica keeps the same time table and enqueues at every moment of it; the moment is the job's key, so one job
//! comes of it. A moment that passes while the database is away is left out: the next one does the same work.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use cron::Schedule;
use muster_core::error::Error;
use muster_core::job::Job;
use muster_core::queue;

use crate::context::Context;

/// A row of the time table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleName {
    /// Every minute: make expiry durable.
    ExpireInvitations,
    /// Every 15 seconds: restore jobs of mails that lost theirs.
    SweepEmails,
    /// Every morning: remind people of invitations that end soon.
    RemindPending,
    /// Every night: delete what nobody needs any more.
    Prune,
    /// Every night: check the logs.
    VerifyAudit,
    /// Every night: delete for good the teams that were deleted 30 days ago.
    PurgeTeams,
    /// Every minute, between the others: send the scheduled invitations whose turn has come.
    SendScheduled,
    /// Every 15 seconds: look for what teams announce.
    LookForNews,
    /// Every night: cut off what is older than teams keep their logs.
    CutLogs,
    /// Every 15 seconds: restore jobs of webhooks that lost theirs.
    SweepWebhooks,
}

impl ScheduleName {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::ExpireInvitations,
        Self::SweepEmails,
        Self::RemindPending,
        Self::Prune,
        Self::VerifyAudit,
        Self::PurgeTeams,
        Self::SendScheduled,
        Self::LookForNews,
        Self::CutLogs,
        Self::SweepWebhooks,
    ];

    /// Its moments: seconds, minutes, hours, days of the month, months, days of the week, in UTC.
    pub fn cron(self) -> &'static str {
        match self {
            Self::ExpireInvitations => "0 * * * * *",
            Self::SweepEmails => "0/15 * * * * *",
            Self::RemindPending => "0 0 9 * * *",
            Self::Prune => "0 20 3 * * *",
            Self::VerifyAudit => "0 40 3 * * *",
            Self::PurgeTeams => "0 0 4 * * *",
            Self::SendScheduled => "30 * * * * *",
            Self::LookForNews => "5/15 * * * * *",
            Self::CutLogs => "0 20 4 * * *",
            Self::SweepWebhooks => "10/15 * * * * *",
        }
    }

    /// What it asks for at one of its moments.
    pub fn job(self, at: DateTime<Utc>) -> Job {
        match self {
            Self::ExpireInvitations => Job::ExpireInvitations { tick: at },
            Self::SweepEmails => Job::SweepEmails { tick: at },
            Self::RemindPending => Job::RemindPending { tick: at },
            Self::Prune => Job::Prune { tick: at },
            Self::VerifyAudit => Job::VerifyAudit { tick: at },
            Self::PurgeTeams => Job::PurgeTeams { tick: at },
            Self::SendScheduled => Job::SendScheduled { tick: at },
            Self::LookForNews => Job::LookForNews { tick: at },
            Self::CutLogs => Job::CutLogs { tick: at },
            Self::SweepWebhooks => Job::SweepWebhooks { tick: at },
        }
    }
}

/// Enqueues the job of a moment. Once is enough for all replicas: a second time nothing happens.
pub async fn tick(context: &Context, name: ScheduleName, at: DateTime<Utc>) -> Result<(), Error> {
    let mut tx = context.db.write().await?;
    queue::enqueue(&mut tx, &context.env, &name.job(at)).await?;
    tx.commit().await
}

/// Keeps one row of the time table. Ends only if it has no moments left.
pub(crate) async fn keep(context: &Context, name: ScheduleName) {
    let schedule = Schedule::from_str(name.cron()).expect("a test reads every time table");
    let mut last = context.env.now();
    while let Some(next) = schedule.after(&last.max(context.env.now())).next() {
        let wait = (next - context.env.now()).to_std().unwrap_or(Duration::ZERO);
        tokio::time::sleep(wait).await;
        if let Err(error) = tick(context, name, next).await {
            tracing::warn!(schedule = ?name, %error, "a scheduled job could not be enqueued");
        }
        last = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_table_is_kept_to_the_second() {
        let start: DateTime<Utc> = "2026-11-22T09:00:07Z".parse().unwrap();
        let moments = |name: ScheduleName| {
            let schedule = Schedule::from_str(name.cron()).unwrap();
            schedule
                .after(&start)
                .take(3)
                .map(|at| at.format("%H:%M:%S").to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            moments(ScheduleName::ExpireInvitations),
            ["09:01:00", "09:02:00", "09:03:00"]
        );
        assert_eq!(
            moments(ScheduleName::SweepEmails),
            ["09:00:15", "09:00:30", "09:00:45"]
        );
    }
}
