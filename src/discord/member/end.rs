//! Suspending members and bringing them back at once; removing them after a question.

use muster_core::error::Error;
use muster_core::ids::{DraftId, MemberId};
use muster_core::member;
use muster_core::policy::Permission;
use serde::{Deserialize, Serialize};

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::which::{One, Which};
use crate::discord::{Desk, words};

/// Whether a member gets at the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// No longer, until somebody brings them back.
    Suspended,
    /// Again.
    Back,
}

/// A removal that waits for an answer.
#[derive(Debug, Serialize, Deserialize)]
struct WantedRemoval {
    member: MemberId,
    reason: Option<String>,
}

impl Desk {
    /// Suspends a member or brings them back. It can be taken back, so it is done at once.
    pub async fn set_access(
        &self,
        caller: &Caller,
        team: Which<'_>,
        whom: One<'_, MemberId>,
        to: Access,
        reason: Option<&str>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::MembersDeactivate).await?;
        let id = whom.find(&mut tx, &grant).await?.id;
        let changed = match to {
            Access::Suspended => member::deactivate(&mut tx, &self.env, &grant, id, reason).await?,
            Access::Back => member::reactivate(&mut tx, &self.env, &grant, id, reason).await?,
        };
        tx.commit().await?;
        Ok(match to {
            Access::Suspended => words::ending::deactivated(caller.locale, &grant, &changed),
            Access::Back => words::ending::reactivated(caller.locale, &grant, &changed),
        })
    }

    /// Tries the removal, so that what would be refused is refused now, and asks before making it true.
    pub async fn ask_remove(
        &self,
        caller: &Caller,
        team: Which<'_>,
        whom: One<'_, MemberId>,
        reason: Option<&str>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.try_out(caller, team, Permission::MembersRemove).await?;
        let member = whom.find(&mut tx, &grant).await?;
        let ended = member::remove(&mut tx, &self.env, &grant, member.id, reason).await?;
        drop(tx);
        let wanted = WantedRemoval {
            member: member.id,
            reason: reason.map(str::to_owned),
        };
        let draft = self.ask_about(&grant, &wanted).await?;
        Ok(words::ending::ask_remove(caller.locale, &grant, &ended, draft))
    }

    /// Removes a member, after the question.
    pub async fn remove(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let (mut tx, grant, wanted) = self.answered(caller, id, Permission::MembersRemove).await?;
        let WantedRemoval { member, reason } = wanted;
        let ended = member::remove(&mut tx, &self.env, &grant, member, reason.as_deref()).await?;
        tx.commit().await?;
        Ok(words::ending::removed(caller.locale, &grant, &ended))
    }
}
