//! What somebody is asked before it is made true: it is tried and dropped, kept as a draft, and done once they answer, if they
//! still may.

use muster_core::actor::Grant;
use muster_core::error::Error;
use muster_core::ids::DraftId;
use muster_core::policy::Permission;
use muster_core::{Tx, draft};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Desk;
use super::caller::Caller;

impl Desk {
    /// Keeps what the grant's actor is asked about until they answer.
    pub(crate) async fn ask_about(
        &self,
        grant: &Grant,
        wanted: &(impl Serialize + Sync),
    ) -> Result<DraftId, Error> {
        let (who, team) = (grant.actor.account, Some(grant.team.id));
        let mut tx = self.db.write().await?;
        let draft = draft::save(&mut tx, &self.env, who, team, wanted).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// What the caller was asked about, which can be answered once, with their permission as it is now.
    pub(crate) async fn answered<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        id: DraftId,
        permission: Permission,
    ) -> Result<(Tx, Grant, T), Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        let (team, wanted) = draft::load(&mut tx, &self.env, id, actor.account).await?;
        let grant = self.grant(&mut tx, caller, team.into(), permission).await?;
        draft::discard(&mut tx, id, actor.account).await?;
        Ok((tx, grant, wanted))
    }
}
