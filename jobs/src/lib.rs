//! Muster's background jobs: what each kind does, and the engine that runs them.
//!
//! What a job is *about* is in [`muster_core::job`]; here is *how* it is done. A job is enqueued in the transaction of the
//! change that asks for it, so it exists exactly when the change does; it runs at least once, so each one begins by
//! reading the state it finds and ends quietly when there is nothing left to do.
//!
//! The queue's tables, fetching, worker registration and heartbeats are apalis'. What its defaults would lose is ours: one
//! dispatcher decides what becomes of every run and writes it down itself, workers are woken without a lost
//! wake-up, and a worker that fails is started again under a new name.

mod announce;
mod context;
mod cut_logs;
mod deliver_webhook;
pub mod discord;
mod dispatcher;
#[cfg(feature = "bench")]
mod empty;
mod engine;
mod expire_invitations;
mod failpoint;
mod fan_out_webhooks;
mod hooks;
mod ledger;
mod letter;
mod look_for_news;
mod mailer;
mod metrics;
mod note_failed_sign_in;
mod notify_alert;
mod notify_delivery_failure;
mod notify_unsent;
mod outcome;
mod pace;
mod prune;
mod purge_teams;
mod remind_pending;
mod schedule;
mod send_email;
mod send_scheduled;
mod slow;
mod source;
mod sweep_emails;
mod sweep_webhooks;
#[cfg(test)]
mod tests;
mod verify_audit;
mod wake;
mod worker;

use futures::FutureExt;
use futures::future::BoxFuture;
use muster_core::error::Error;
use muster_core::ids::GuildId;
use muster_core::job::{Job, Queue};

pub use context::{Context, Options, backoff};
pub use engine::{Engine, run};
pub use mailer::{Accepted, Letter, Mailer, MailerError, MailerErrors};
pub use metrics::{CONTENT_TYPE as METRICS_CONTENT_TYPE, MailOutcome, Metrics};
pub use schedule::{ScheduleName, tick};

use context::Run;
use outcome::Outcome;

/// What is fixed about one kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The kind, as stored.
    pub kind: &'static str,
    /// The queue it waits in.
    pub queue: Queue,
    /// The clock that asks for it, if none of our changes does.
    pub schedule: Option<ScheduleName>,
}

/// Every kind of job.
pub const TABLE: [Row; 18] = [
    Row {
        kind: "send_email",
        queue: Queue::Interactive,
        schedule: None,
    },
    Row {
        kind: "notify_delivery_failure",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "expire_invitations",
        queue: Queue::Default,
        schedule: Some(ScheduleName::ExpireInvitations),
    },
    Row {
        kind: "sweep_emails",
        queue: Queue::Default,
        schedule: Some(ScheduleName::SweepEmails),
    },
    Row {
        kind: "remind_pending",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::RemindPending),
    },
    Row {
        kind: "prune",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::Prune),
    },
    Row {
        kind: "verify_audit",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::VerifyAudit),
    },
    Row {
        kind: "purge_teams",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::PurgeTeams),
    },
    Row {
        kind: "send_scheduled",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::SendScheduled),
    },
    Row {
        kind: "notify_unsent",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "notify_alert",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "note_failed_sign_in",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "look_for_news",
        queue: Queue::Default,
        schedule: Some(ScheduleName::LookForNews),
    },
    Row {
        kind: "announce",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "cut_logs",
        queue: Queue::Bulk,
        schedule: Some(ScheduleName::CutLogs),
    },
    Row {
        kind: "fan_out_webhooks",
        queue: Queue::Default,
        schedule: None,
    },
    Row {
        kind: "deliver_webhook",
        queue: Queue::Bulk,
        schedule: None,
    },
    Row {
        kind: "sweep_webhooks",
        queue: Queue::Default,
        schedule: Some(ScheduleName::SweepWebhooks),
    },
];

/// Does a job once.
fn perform(run: Run, job: Job) -> BoxFuture<'static, Result<Outcome, Error>> {
    async move {
        let context = &run.engaged.context;
        // Which tick it was makes no difference to what is due now.
        match job {
            Job::SendEmail { email } => send_email::run(&run, email).await,
            Job::NotifyDeliveryFailure { email } => notify_delivery_failure::run(context, email).await,
            Job::ExpireInvitations { tick: _ } => expire_invitations::run(context).await,
            Job::SweepEmails { tick: _ } => sweep_emails::run(context).await,
            Job::RemindPending { tick: _ } => remind_pending::run(context).await,
            Job::Prune { tick: _ } => prune::run(context).await,
            Job::VerifyAudit { tick: _ } => verify_audit::run(context).await,
            Job::PurgeTeams { tick: _ } => purge_teams::run(context).await,
            Job::SendScheduled { tick: _ } => send_scheduled::run(context).await,
            Job::NotifyUnsent { batch } => notify_unsent::run(context, batch).await,
            Job::NotifyAlert { team, entry, account } => {
                notify_alert::run(context, team, entry, account).await
            }
            Job::NoteFailedSignIn { attempt: _, account } => note_failed_sign_in::run(context, account).await,
            Job::LookForNews { tick: _ } => look_for_news::run(context).await,
            Job::Announce { team, guild, through } => {
                announce::run(context, team, GuildId(guild), through).await
            }
            Job::CutLogs { tick: _ } => cut_logs::run(context).await,
            Job::FanOutWebhooks { team, through: _ } => fan_out_webhooks::run(context, team).await,
            Job::DeliverWebhook { webhook, delivery } => deliver_webhook::run(&run, webhook, delivery).await,
            Job::SweepWebhooks { tick: _ } => sweep_webhooks::run(context).await,
        }
    }
    .boxed()
}
