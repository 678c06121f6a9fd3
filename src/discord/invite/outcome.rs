//! What came of sending a draft. The draft is gone by then, so what does not fit on one card is kept as another.

use chrono::{DateTime, Utc};
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::draft;
use muster_core::env::Env;
use muster_core::error::Error;
use muster_core::ids::DraftId;
use muster_core::invitation::Sent;
use muster_core::locale::Locale;
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::{Desk, words};

/// What came of each address.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Those that were not invited first, each group as it was typed.
    lines: Vec<Line>,
    /// What to mend and send again, where nobody was invited.
    pub again: Option<DraftId>,
}

/// What came of one address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// As it was typed.
    pub address: String,
    /// When its link expires, or why there is none, in the words of whoever sent it.
    pub end: Result<DateTime<Utc>, String>,
}

impl Outcome {
    /// Takes in what came of an address.
    pub fn add(&mut self, locale: Locale, address: String, came: Result<&Sent, &Error>) {
        let end = match came {
            Ok(sent) => Ok(sent.invitation.expires_at),
            Err(error) => Err(words::sentence(locale, error)),
        };
        let place = match end {
            Ok(_) => self.lines.len(),
            Err(_) => self.refused(),
        };
        self.lines.insert(place, Line { address, end });
    }

    /// Each line, what went wrong first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many were not invited.
    pub fn refused(&self) -> usize {
        self.lines.iter().filter(|line| line.end.is_err()).count()
    }

    /// How many were.
    pub fn sent(&self) -> usize {
        self.lines.len() - self.refused()
    }

    /// Whether it is more than one card shows.
    fn needs_pages(&self) -> bool {
        self.lines.len() > words::PAGE as usize
    }

    /// Keeps it for whoever turns its pages, if it has several.
    pub(super) async fn keep(&self, tx: &mut Tx, env: &Env, grant: &Grant) -> Result<Option<DraftId>, Error> {
        if !self.needs_pages() {
            return Ok(None);
        }
        let (account, team) = (grant.actor.account, grant.team.id);
        draft::save(tx, env, account, Some(team), self).await.map(Some)
    }
}

impl Desk {
    /// What came of a draft of which nobody could be invited. Whatever was tried has been undone by now.
    pub(super) async fn show_unsent(
        &self,
        caller: &Caller,
        grant: &Grant,
        outcome: &Outcome,
    ) -> Result<Card, Error> {
        let mut kept = None;
        if outcome.needs_pages() {
            let (mut tx, grant) = self
                .change(caller, grant.team.id, Permission::MembersInvite)
                .await?;
            kept = outcome.keep(&mut tx, &self.env, &grant).await?;
            tx.commit().await?;
        }
        Ok(words::invite::outcome(caller.locale, grant, outcome, kept, 0))
    }

    /// A page of what came of sending.
    pub async fn outcome(&self, caller: &Caller, id: DraftId, page: u32) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let (grant, outcome) = self.open_draft::<Outcome>(&mut tx, caller, id).await?;
        Ok(words::invite::outcome(
            caller.locale,
            &grant,
            &outcome,
            Some(id),
            page,
        ))
    }
}
