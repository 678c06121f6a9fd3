//! Looking after invitations: the list, one of them, resending, cancelling.

use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::email;
use muster_core::error::Error;
use muster_core::ids::{InvitationId, TeamId};
use muster_core::invitation::{self, Filter, Invitation};
use muster_core::page::Slice;
use muster_core::policy::Permission;

use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::parse_filter;
use crate::discord::error::not_offered;
use crate::discord::which::{One, Only, Which};
use crate::discord::{Desk, words};

impl Desk {
    /// A page of the invitations: the open ones, or those of one status.
    pub async fn invitations(
        &self,
        caller: &Caller,
        team: Which<'_>,
        only: Only<Option<&str>, Filter>,
        page: u32,
    ) -> Result<Card, Error> {
        let filter = match only {
            Only::Known(filter) => filter,
            Only::Named(None) => Filter::Open,
            Only::Named(Some(status)) => match words::scheduled::parse_list(status) {
                Some(status) => return self.scheduled(caller, team, status, page).await,
                None => parse_filter(status).map_err(|_| not_offered("what-status"))?,
            },
        };
        let (mut tx, grant) = self.look(caller, team, Permission::MembersInvite).await?;
        let slice = Slice::page(page, words::PAGE);
        let invitations = invitation::list(&mut tx, &self.env, &grant, filter, slice).await?;
        let others = words::scheduled::choices(caller.locale, None);
        Ok(words::pending::list(
            caller.locale,
            &grant,
            &invitations,
            filter,
            others,
            self.env.now(),
        ))
    }

    /// One invitation with its delivery.
    pub async fn invitation(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, InvitationId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.look(caller, team, Permission::InvitationsManage).await?;
        let invitation = which.find(&mut tx, &grant).await?;
        self.shown(caller, &mut tx, &grant, &invitation).await
    }

    async fn shown(
        &self,
        caller: &Caller,
        tx: &mut Tx,
        grant: &Grant,
        invitation: &Invitation,
    ) -> Result<Card, Error> {
        let mails = email::of_invitation(tx, invitation.id).await?;
        let again = invitation::again(tx, &self.env, grant, &[invitation])
            .await?
            .remove(0);
        Ok(words::pending::show(
            caller.locale,
            grant,
            invitation,
            &mails,
            again,
            self.env.now(),
        ))
    }

    /// Mails an invitation again.
    pub async fn resend(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, InvitationId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::InvitationsManage).await?;
        let before = which.find(&mut tx, &grant).await?;
        let invitation = invitation::resend(&mut tx, &self.env, &grant, before.id).await?;
        tx.commit().await?;
        Ok(words::pending::resent(
            caller.locale,
            &grant,
            &invitation,
            invitation.generation > before.generation,
        ))
    }

    /// Tries the cancellation, so that what would be refused is refused now, and asks before making it true: the
    /// transaction is dropped.
    pub async fn ask_revoke(
        &self,
        caller: &Caller,
        team: Which<'_>,
        which: One<'_, InvitationId>,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.try_out(caller, team, Permission::InvitationsManage).await?;
        let invitation = which.find(&mut tx, &grant).await?;
        invitation::revoke(&mut tx, &self.env, &grant, invitation.id).await?;
        Ok(words::pending::ask_revoke(caller.locale, &grant, &invitation))
    }

    /// Cancels an invitation, after the question.
    pub async fn revoke(&self, caller: &Caller, team: TeamId, id: InvitationId) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::InvitationsManage).await?;
        let invitation = invitation::revoke(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(words::pending::revoked(caller.locale, &grant, &invitation))
    }
}
