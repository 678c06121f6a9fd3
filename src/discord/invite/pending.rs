//! Looking after invitations: the list, one of them, resending, cancelling.

use muster_core::actor::Grant;
use muster_core::email;
use muster_core::error::{Error, Rule};
use muster_core::ids::{InvitationId, TeamId};
use muster_core::invitation::{self, Filter, Invitation};
use muster_core::page::Slice;
use muster_core::policy::Permission;
use muster_core::{Tx, rate_limit, suppression};
use serenity::all::AutocompleteChoice;

use crate::discord::caller::Caller;
use crate::discord::card::{Card, cut};
use crate::discord::custom_id::parse_filter;
use crate::discord::member::CHOICES;
use crate::discord::words::pending::Resend;
use crate::discord::{Desk, words};

impl Desk {
    /// The first page of the invitations: the open ones, or those of one status.
    pub async fn invitations(
        &self,
        caller: &Caller,
        status: Option<&str>,
        team: Option<&str>,
    ) -> Result<Card, Error> {
        let filter = status
            .map_or(Ok(Filter::Open), parse_filter)
            .map_err(|_| Rule::TextBad {
                what: "status",
                reason: "choose one of those that are offered".to_owned(),
            })?;
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::MembersInvite)
            .await?;
        self.listed(&mut tx, &grant, filter, 0).await
    }

    /// Another page of the invitations, or those of another kind.
    pub async fn invitations_page(
        &self,
        caller: &Caller,
        team: TeamId,
        filter: Filter,
        page: u32,
    ) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::MembersInvite)
            .await?;
        self.listed(&mut tx, &grant, filter, page).await
    }

    async fn listed(&self, tx: &mut Tx, grant: &Grant, filter: Filter, page: u32) -> Result<Card, Error> {
        let slice = Slice::page(page, words::PAGE);
        let invitations = invitation::list(tx, &self.env, grant, filter, slice).await?;
        Ok(words::pending::list(grant, &invitations, filter, self.env.now()))
    }

    /// One invitation, named in a command.
    pub async fn invitation(&self, caller: &Caller, text: &str, team: Option<&str>) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::resolve(&mut tx, &grant, text).await?;
        self.shown(&mut tx, &grant, &invitation).await
    }

    /// One invitation, behind a button.
    pub async fn invitation_by_id(
        &self,
        caller: &Caller,
        team: TeamId,
        id: InvitationId,
    ) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::get(&mut tx, &grant, id).await?;
        self.shown(&mut tx, &grant, &invitation).await
    }

    async fn shown(&self, tx: &mut Tx, grant: &Grant, invitation: &Invitation) -> Result<Card, Error> {
        let mails = email::of_invitation(tx, invitation.id).await?;
        let (team, to) = (&grant.team, &invitation.email);
        let resend = if suppression::is_suppressed(tx, to).await? {
            Resend::Suppressed
        } else {
            rate_limit::cooldown(tx, &self.env, team.id, &team.policy, to)
                .await?
                .map_or(Resend::Now, Resend::NotBefore)
        };
        Ok(words::pending::show(
            grant,
            invitation,
            &mails,
            resend,
            self.env.now(),
        ))
    }

    /// Mails an invitation again, named in a command.
    pub async fn resend(&self, caller: &Caller, text: &str, team: Option<&str>) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::resolve(&mut tx, &grant, text).await?;
        self.resend_now(tx, &grant, &invitation).await
    }

    /// Mails an invitation again, behind a button.
    pub async fn resend_by_id(&self, caller: &Caller, team: TeamId, id: InvitationId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::get(&mut tx, &grant, id).await?;
        self.resend_now(tx, &grant, &invitation).await
    }

    async fn resend_now(&self, mut tx: Tx, grant: &Grant, before: &Invitation) -> Result<Card, Error> {
        let invitation = invitation::resend(&mut tx, &self.env, grant, before.id).await?;
        tx.commit().await?;
        Ok(words::pending::resent(
            grant,
            &invitation,
            invitation.generation > before.generation,
        ))
    }

    /// Asks whether to cancel an invitation, named in a command.
    pub async fn ask_revoke(&self, caller: &Caller, text: &str, team: Option<&str>) -> Result<Card, Error> {
        let mut tx = self.db.write().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::resolve(&mut tx, &grant, text).await?;
        self.ask(tx, &grant, &invitation).await
    }

    /// Asks whether to cancel an invitation, behind a button.
    pub async fn ask_revoke_by_id(
        &self,
        caller: &Caller,
        team: TeamId,
        id: InvitationId,
    ) -> Result<Card, Error> {
        let mut tx = self.db.write().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::get(&mut tx, &grant, id).await?;
        self.ask(tx, &grant, &invitation).await
    }

    /// Tries the cancellation, so that what would be refused is refused now, and asks before making it true: the
    /// transaction is dropped.
    async fn ask(&self, mut tx: Tx, grant: &Grant, invitation: &Invitation) -> Result<Card, Error> {
        invitation::revoke(&mut tx, &self.env, grant, invitation.id).await?;
        Ok(words::pending::ask_revoke(grant, invitation))
    }

    /// Cancels an invitation, after the question.
    pub async fn revoke(&self, caller: &Caller, team: TeamId, id: InvitationId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let invitation = invitation::revoke(&mut tx, &self.env, &grant, id).await?;
        tx.commit().await?;
        Ok(words::pending::revoked(&grant, &invitation))
    }

    pub(super) async fn invitation_choices(
        &self,
        caller: &Caller,
        typed: &str,
        team: Option<&str>,
    ) -> Result<Vec<AutocompleteChoice>, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::InvitationsManage)
            .await?;
        let found = invitation::search(&mut tx, &grant, typed, CHOICES).await?;
        let now = self.env.now();
        Ok(found
            .iter()
            .map(|invitation| {
                let label = format!("{} · {}", invitation.email, invitation.status(now));
                AutocompleteChoice::new(cut(&label, 100), invitation.id.to_string())
            })
            .collect())
    }
}
