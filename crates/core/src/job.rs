//! What background jobs are about: payloads of ids, and the queue each kind waits in. How each is done is in the jobs
//! crate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AttemptId, BatchId, EmailId, TeamId, WebhookDeliveryId, WebhookId};

/// Something to be done in the background, at least once.
///
/// Kinds and field names are stored: they stay as they are once released, and never carry an address, a name or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Job {
    /// Hand one mail to the mail server.
    SendEmail {
        /// Which.
        email: EmailId,
    },
    /// Tell an inviter that their invitation could not be delivered.
    NotifyDeliveryFailure {
        /// The mail that failed.
        email: EmailId,
    },
    /// Make expiry durable.
    ExpireInvitations {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Restore jobs of mails that lost theirs.
    SweepEmails {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Remind people of invitations that end soon.
    RemindPending {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Delete what nobody needs any more.
    Prune {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Check the signatures of every team's log.
    VerifyAudit {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Delete for good the teams that were deleted 30 days ago.
    PurgeTeams {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Send the scheduled invitations whose turn has come.
    SendScheduled {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Tell somebody which of the invitations they scheduled could not be sent.
    NotifyUnsent {
        /// Those that came in one file.
        batch: BatchId,
    },
    /// Tell somebody of an entry of a team's log that they have to know at once.
    NotifyAlert {
        /// Which team.
        team: TeamId,
        /// The number of the entry.
        entry: i64,
        /// Whom.
        account: AccountId,
    },
    /// Tell the teams of somebody that a sign-in with their address failed.
    NoteFailedSignIn {
        /// Tells it from every other failure.
        attempt: AttemptId,
        /// Whose; nobody's if no account has the address that was tried.
        account: Option<AccountId>,
    },
    /// Look for what teams announce.
    LookForNews {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Say in a channel what changed in a team.
    Announce {
        /// Which team.
        team: TeamId,
        /// In which Discord server.
        guild: i64,
        /// The last entry that it is about.
        through: i64,
    },
    /// Delete the entries of logs that are older than their teams keep them.
    CutLogs {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
    /// Make messages to a team's webhooks of what is new in its log.
    FanOutWebhooks {
        /// Which team.
        team: TeamId,
        /// The entry that asked for it.
        through: i64,
    },
    /// Send one message to a webhook.
    DeliverWebhook {
        /// To which webhook.
        webhook: WebhookId,
        /// Which message.
        delivery: WebhookDeliveryId,
    },
    /// Restore jobs of webhooks that lost theirs.
    SweepWebhooks {
        /// The moment of the schedule that asked for it.
        tick: DateTime<Utc>,
    },
}

/// A queue: jobs of one queue wait for one another, those of different queues do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Somebody is waiting for it.
    Interactive,
    /// Housekeeping.
    Default,
    /// Large batches.
    Bulk,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::Default, Self::Bulk];

    /// The name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Default => "default",
            Self::Bulk => "bulk",
        }
    }
}

/// The form in which jobs are stored. Versions that cannot be read end as dead jobs, not as crashes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of the form, 1 today.
    pub v: u32,
    /// The job.
    #[serde(flatten)]
    pub job: Job,
}

impl Job {
    /// The queue it waits in.
    pub fn queue(&self) -> Queue {
        match self {
            Self::SendEmail { .. } => Queue::Interactive,
            Self::NotifyDeliveryFailure { .. }
            | Self::ExpireInvitations { .. }
            | Self::SweepEmails { .. }
            | Self::NotifyUnsent { .. }
            | Self::NotifyAlert { .. }
            | Self::NoteFailedSignIn { .. }
            | Self::LookForNews { .. }
            | Self::Announce { .. }
            | Self::FanOutWebhooks { .. }
            | Self::SweepWebhooks { .. } => Queue::Default,
            Self::RemindPending { .. }
            | Self::Prune { .. }
            | Self::VerifyAudit { .. }
            | Self::PurgeTeams { .. }
            | Self::SendScheduled { .. }
            | Self::CutLogs { .. }
            | Self::DeliverWebhook { .. } => Queue::Bulk,
        }
    }

    /// The name of its kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SendEmail { .. } => "send_email",
            Self::NotifyDeliveryFailure { .. } => "notify_delivery_failure",
            Self::ExpireInvitations { .. } => "expire_invitations",
            Self::SweepEmails { .. } => "sweep_emails",
            Self::RemindPending { .. } => "remind_pending",
            Self::Prune { .. } => "prune",
            Self::VerifyAudit { .. } => "verify_audit",
            Self::PurgeTeams { .. } => "purge_teams",
            Self::SendScheduled { .. } => "send_scheduled",
            Self::NotifyUnsent { .. } => "notify_unsent",
            Self::NotifyAlert { .. } => "notify_alert",
            Self::NoteFailedSignIn { .. } => "note_failed_sign_in",
            Self::LookForNews { .. } => "look_for_news",
            Self::Announce { .. } => "announce",
            Self::CutLogs { .. } => "cut_logs",
            Self::FanOutWebhooks { .. } => "fan_out_webhooks",
            Self::DeliverWebhook { .. } => "deliver_webhook",
            Self::SweepWebhooks { .. } => "sweep_webhooks",
        }
    }

    /// Two jobs with one key are one job.
    pub fn key(&self) -> String {
        match self {
            Self::SendEmail { email } | Self::NotifyDeliveryFailure { email } => {
                format!("{}:{email}", self.kind())
            }
            Self::NotifyUnsent { batch } => format!("{}:{batch}", self.kind()),
            Self::NotifyAlert { team, entry, account } => {
                format!("{}:{team}:{entry}:{account}", self.kind())
            }
            Self::NoteFailedSignIn { attempt, .. } => format!("{}:{attempt}", self.kind()),
            Self::Announce { team, guild, through } => format!("{}:{team}:{guild}:{through}", self.kind()),
            Self::FanOutWebhooks { team, through } => format!("{}:{team}:{through}", self.kind()),
            Self::DeliverWebhook { delivery, .. } => format!("{}:{delivery}", self.kind()),
            Self::ExpireInvitations { tick }
            | Self::SweepEmails { tick }
            | Self::RemindPending { tick }
            | Self::Prune { tick }
            | Self::VerifyAudit { tick }
            | Self::PurgeTeams { tick }
            | Self::SendScheduled { tick }
            | Self::LookForNews { tick }
            | Self::CutLogs { tick }
            | Self::SweepWebhooks { tick } => format!("cron:{}:{}", self.kind(), tick.timestamp()),
        }
    }

    /// How often it is tried before it is dead.
    pub fn max_attempts(&self) -> i32 {
        match self {
            // Runs that panic, take too long or die with their process. Refusals do not count here: the mail's own row
            // says when to give up.
            // For the message to an inviter it is some hours, until Discord is back.
            Self::SendEmail { .. }
            | Self::NotifyDeliveryFailure { .. }
            | Self::NotifyUnsent { .. }
            | Self::NotifyAlert { .. }
            | Self::NoteFailedSignIn { .. }
            | Self::DeliverWebhook { .. } => 10,
            // Later it is no news any more; and the next tick does the same work.
            Self::Announce { .. }
            | Self::ExpireInvitations { .. }
            | Self::SweepEmails { .. }
            | Self::RemindPending { .. }
            | Self::Prune { .. }
            | Self::VerifyAudit { .. }
            | Self::PurgeTeams { .. }
            | Self::SendScheduled { .. }
            | Self::LookForNews { .. }
            | Self::CutLogs { .. }
            | Self::FanOutWebhooks { .. }
            | Self::SweepWebhooks { .. } => 5,
        }
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Ids, numbers and times: nothing in a job can fail to be written.
        serde_json::to_vec(&Envelope {
            v: 1,
            job: self.clone(),
        })
        .unwrap_or_default()
    }

    /// Reads the stored form; the text says what is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| {
            // Not the error's words, which quote what was read.
            format!(
                "unreadable job: {:?} error in column {}",
                error.classify(),
                error.column()
            )
        })?;
        if envelope.v == 1 {
            Ok(envelope.job)
        } else {
            Err(format!("unreadable job: version {}", envelope.v))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_stored_by_the_first_release_stay_readable() {
        let stored = br#"{"v":1,"kind":"send_email","payload":{"email":"01JZ0000000000000000000000"}}"#;
        let job = Job::SendEmail {
            email: "01JZ0000000000000000000000".parse().unwrap(),
        };
        assert_eq!(Job::from_bytes(stored).unwrap(), job);
        assert_eq!(job.to_bytes(), stored);
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        assert!(Job::from_bytes(b"\xff").is_err());
        assert!(
            Job::from_bytes(
                br#"{"v":2,"kind":"send_email","payload":{"email":"01JZ0000000000000000000000"}}"#
            )
            .is_err()
        );
    }
}
