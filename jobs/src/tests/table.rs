//! The table of jobs and the kinds that exist are the same.

use chrono::DateTime;
use muster_core::job::Job;

use crate::{ScheduleName, TABLE};

const TEAM: &str = "01JZ0000000000000000000000";

/// The kinds in a row; a new one does not compile until it has its place.
fn after(job: &Job) -> Option<Job> {
    let tick = DateTime::UNIX_EPOCH;
    match job {
        Job::SendEmail { email } => Some(Job::NotifyDeliveryFailure { email: *email }),
        Job::NotifyDeliveryFailure { .. } => Some(Job::ExpireInvitations { tick }),
        Job::ExpireInvitations { .. } => Some(Job::SweepEmails { tick }),
        Job::SweepEmails { .. } => Some(Job::RemindPending { tick }),
        Job::RemindPending { .. } => Some(Job::Prune { tick }),
        Job::Prune { .. } => Some(Job::VerifyAudit { tick }),
        Job::VerifyAudit { .. } => Some(Job::PurgeTeams { tick }),
        Job::PurgeTeams { .. } => Some(Job::SendScheduled { tick }),
        Job::SendScheduled { .. } => Some(Job::NotifyUnsent {
            batch: "01JZ0000000000000000000000".parse().unwrap(),
        }),
        Job::NotifyUnsent { .. } => Some(Job::NotifyAlert {
            team: TEAM.parse().unwrap(),
            entry: 1,
            account: TEAM.parse().unwrap(),
        }),
        Job::NotifyAlert { .. } => Some(Job::NoteFailedSignIn {
            attempt: TEAM.parse().unwrap(),
            account: None,
        }),
        Job::NoteFailedSignIn { .. } => Some(Job::LookForNews { tick }),
        Job::LookForNews { .. } => Some(Job::Announce {
            team: TEAM.parse().unwrap(),
            guild: 7,
            through: 1,
        }),
        Job::Announce { .. } => Some(Job::CutLogs { tick }),
        Job::CutLogs { .. } => Some(Job::FanOutWebhooks {
            team: TEAM.parse().unwrap(),
            through: 1,
        }),
        Job::FanOutWebhooks { .. } => Some(Job::DeliverWebhook {
            webhook: TEAM.parse().unwrap(),
            delivery: TEAM.parse().unwrap(),
        }),
        Job::DeliverWebhook { .. } => Some(Job::SweepWebhooks { tick }),
        Job::SweepWebhooks { .. } => None,
    }
}

fn every_job() -> Vec<Job> {
    let first = Job::SendEmail {
        email: "01JZ0000000000000000000000".parse().unwrap(),
    };
    std::iter::successors(Some(first), after).collect()
}

#[test]
fn every_kind_has_its_row() {
    let kinds: Vec<_> = every_job().iter().map(|job| (job.kind(), job.queue())).collect();
    let rows: Vec<_> = TABLE.iter().map(|row| (row.kind, row.queue)).collect();
    assert_eq!(kinds, rows);
}

#[test]
fn the_name_of_a_kind_is_the_stored_one() {
    for job in every_job() {
        let stored = String::from_utf8(job.to_bytes()).unwrap();
        assert!(
            stored.contains(&format!(r#""kind":"{}""#, job.kind())),
            "{stored}"
        );
    }
}

#[test]
fn every_schedule_asks_for_the_job_of_its_row() {
    let asked: Vec<_> = TABLE
        .iter()
        .filter_map(|row| row.schedule.map(|name| (row.kind, name)))
        .collect();
    let expected = ScheduleName::ALL.map(|name| (name.job(DateTime::UNIX_EPOCH).kind(), name));
    assert_eq!(asked, expected);
}
