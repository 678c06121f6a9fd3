//! From the form to the review to sending. Nothing but the draft is written before `Send`.

use std::collections::BTreeMap;

use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DraftId, TeamId};
use muster_core::invitation::preview::{self, Standing};
use muster_core::invitation::{self, NewInvitation};
use muster_core::locale::Locale;
use muster_core::policy::{InvitationField, Permission, Refusal, RoleKey};
use muster_core::seat;
use muster_core::text::EmailAddress;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serenity::all::CreateModal;

use super::form::{Filled, form, most_at_once, read};
use super::outcome::Outcome;
use crate::discord::caller::Caller;
use crate::discord::card::Card;
use crate::discord::custom_id::{Action, Drafts};
use crate::discord::error::{Fault, unknown_action};
use crate::discord::member::role_meant;
use crate::discord::which::Which;
use crate::discord::{Context, Desk, answer, words};

/// What the form of an invitation has collected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    /// The role on offer.
    pub role: RoleKey,
    /// What was typed as addresses, one each.
    pub typed: Vec<String>,
    /// A few words to the invited people.
    pub note: Option<String>,
    /// What else the team asks for; only where one person is invited at a time.
    pub details: BTreeMap<InvitationField, String>,
}

/// One address of a draft, and what would become of it.
#[derive(Debug)]
pub enum Line {
    /// It is not an address.
    Unreadable {
        /// As it was typed.
        typed: String,
        /// Why.
        error: Error,
    },
    /// It is one.
    Address {
        /// The address.
        email: EmailAddress,
        /// What would happen.
        standing: Standing,
    },
}

impl Line {
    /// Whether sending would invite this one.
    pub fn is_sendable(&self) -> bool {
        matches!(self, Self::Address { standing, .. } if standing.is_sendable())
    }

    /// Its place on the review: what may want mending comes first, then what is left out, then what is sent.
    fn place(&self) -> u8 {
        match self {
            Self::Unreadable { .. } => 0,
            Self::Address { email, standing } => match standing {
                Standing::New if email.suggestion().is_some() => 1,
                standing if standing.is_sendable() => 3,
                _ => 2,
            },
        }
    }
}

/// Answers `/invite email` with the form, or with why there is none.
pub(super) async fn open_form(ctx: Context<'_>, role: Option<&str>, team: Option<&str>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    match ctx.data().invite_form(&caller, role, team.into()).await {
        Ok(modal) => answer::command_form(ctx, modal).await,
        Err(Error::Rule(Rule::WhichTeam)) => match ctx.data().which_team_to_invite(&caller, role).await {
            Ok(card) => answer::say_at_once(ctx, &card).await,
            Err(error) => answer::refuse_command(ctx, &error).await,
        },
        Err(error) => answer::refuse_command(ctx, &error).await,
    }
}

impl Desk {
    /// Where the buttons and selects about drafts lead.
    pub(in crate::discord) async fn press_drafts(
        &self,
        caller: &Caller,
        pressed: Drafts,
        chosen: Option<&str>,
    ) -> Result<Card, Error> {
        match pressed {
            Drafts::Review { draft, page } => self.review_page(caller, draft, page).await,
            Drafts::Role { draft, page } => {
                let role = chosen.ok_or(Error::Rule(Rule::Stale))?;
                self.review_with_role(caller, draft, page, role).await
            }
            Drafts::Send { draft } => self.send_draft(caller, draft).await,
            Drafts::Drop { draft } => self.drop_draft(caller, draft).await,
            Drafts::Outcome { draft, page } => self.outcome(caller, draft, page).await,
            // They open a form, or are one.
            Drafts::Edit { .. } | Drafts::EditForm { .. } => Ok(unknown_action(caller.locale)),
        }
    }

    /// The form of an invitation, for the role named or the policy's default.
    pub async fn invite_form(
        &self,
        caller: &Caller,
        role: Option<&str>,
        team: Which<'_>,
    ) -> Result<CreateModal, Error> {
        let (_, grant) = self.look(caller, team, Permission::MembersInvite).await?;
        seat::check_plan(&grant.team)?;
        let role = role
            .map(|text| role_meant(&grant.team.policy, text))
            .transpose()?;
        let action = Action::InviteForm {
            team: grant.team.id,
            role: Some(role_on_offer(&grant, role)?),
        };
        Ok(form(
            caller.locale,
            &action,
            &grant.team.name,
            &grant.team.policy,
            None,
        ))
    }

    /// The form with what a draft holds.
    pub async fn edit_form(&self, caller: &Caller, draft: DraftId) -> Result<CreateModal, Error> {
        let mut tx = self.db.read().await?;
        let (grant, body) = self.open_draft::<Draft>(&mut tx, caller, draft).await?;
        Ok(form(
            caller.locale,
            &Action::Drafts(Drafts::EditForm { draft }),
            &grant.team.name,
            &grant.team.policy,
            Some(&body),
        ))
    }

    /// The form was filled in: keeps it as a draft and shows the review.
    pub async fn review_new(
        &self,
        caller: &Caller,
        team: TeamId,
        role: Option<RoleKey>,
        filled: &Filled,
    ) -> Result<Card, Error> {
        let (mut tx, grant) = self.change(caller, team, Permission::MembersInvite).await?;
        let body = read(&grant.team.policy, role_on_offer(&grant, role)?, filled)?;
        let id = draft::save(&mut tx, &self.env, grant.actor.account, Some(team), &body).await?;
        let lines = self.lines(&mut tx, &grant, &body).await?;
        tx.commit().await?;
        Ok(review(caller.locale, &grant, id, &body, lines, 0))
    }

    /// A page of the review, as it would be now.
    pub async fn review_page(&self, caller: &Caller, id: DraftId, page: u32) -> Result<Card, Error> {
        let mut tx = self.db.read().await?;
        let (grant, body) = self.open_draft::<Draft>(&mut tx, caller, id).await?;
        let lines = self.lines(&mut tx, &grant, &body).await?;
        Ok(review(caller.locale, &grant, id, &body, lines, page))
    }

    /// The form was filled in again.
    pub async fn review_edited(&self, caller: &Caller, id: DraftId, filled: &Filled) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, old) = self.open_draft::<Draft>(&mut tx, caller, id).await?;
        let body = read(&grant.team.policy, old.role, filled)?;
        self.keep_and_review(caller, tx, &grant, id, &body, 0).await
    }

    /// Another role was chosen for a draft, on a page of its review.
    pub async fn review_with_role(
        &self,
        caller: &Caller,
        id: DraftId,
        page: u32,
        role: &str,
    ) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, mut body) = self.open_draft::<Draft>(&mut tx, caller, id).await?;
        body.role = role_on_offer(&grant, Some(role_meant(&grant.team.policy, role)?))?;
        self.keep_and_review(caller, tx, &grant, id, &body, page).await
    }

    async fn keep_and_review(
        &self,
        caller: &Caller,
        mut tx: Tx,
        grant: &Grant,
        id: DraftId,
        body: &Draft,
        page: u32,
    ) -> Result<Card, Error> {
        draft::update(&mut tx, id, grant.actor.account, body).await?;
        let lines = self.lines(&mut tx, grant, body).await?;
        tx.commit().await?;
        Ok(review(caller.locale, grant, id, body, lines, page))
    }

    /// Sends what the review showed: every address that can be invited, in one transaction.
    pub async fn send_draft(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, body) = self.open_draft::<Draft>(&mut tx, caller, id).await?;
        if body.typed.len() > most_at_once(&grant.team.policy) {
            return Err(Rule::Stale.into());
        }
        let mut outcome = Outcome::default();
        for typed in body.typed {
            let came = match EmailAddress::parse(&typed) {
                Ok(email) => {
                    let new = NewInvitation {
                        email,
                        role: body.role.clone(),
                        details: body.details.clone(),
                        note: body.note.clone(),
                    };
                    invitation::send(&mut tx, &self.env, &grant, new).await
                }
                Err(error) => Err(error),
            };
            if let Err(error @ Error::Internal(_)) = came {
                return Err(error);
            }
            outcome.add(caller.locale, typed, came.as_ref());
        }
        let (sent, refused) = (outcome.sent(), outcome.refused());
        if sent == 0 {
            // Nothing was written, and what was typed is kept for another try.
            drop(tx);
            outcome.again = Some(id);
            return self.show_unsent(caller, &grant, &outcome).await;
        }
        draft::discard(&mut tx, id, grant.actor.account).await?;
        let kept = outcome.keep(&mut tx, &self.env, &grant).await?;
        tx.commit().await?;
        tracing::info!(team.id = %grant.team.id, sent, refused, "sent invitations");
        Ok(words::invite::outcome(caller.locale, &grant, &outcome, kept, 0))
    }

    /// Forgets a draft.
    pub async fn drop_draft(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        draft::discard(&mut tx, id, actor.account).await?;
        tx.commit().await?;
        Ok(words::team::dismissed(caller.locale))
    }

    /// What a draft holds, for whoever may still invite in its team.
    pub(super) async fn open_draft<T: DeserializeOwned>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: DraftId,
    ) -> Result<(Grant, T), Error> {
        let actor = caller.actor(tx).await?;
        let (team, body) = draft::load(tx, &self.env, id, actor.account).await?;
        let grant = self
            .grant(tx, caller, team.into(), Permission::MembersInvite)
            .await?;
        Ok((grant, body))
    }

    async fn lines(&self, tx: &mut Tx, grant: &Grant, body: &Draft) -> Result<Vec<Line>, Error> {
        let parsed: Vec<_> = body
            .typed
            .iter()
            .map(|typed| (typed, EmailAddress::parse(typed)))
            .collect();
        let emails: Vec<EmailAddress> = parsed
            .iter()
            .filter_map(|(_, email)| email.as_ref().ok().cloned())
            .collect();
        let mut standings = preview::preview(tx, &self.env, grant, &emails).await?.into_iter();
        let mut lines: Vec<Line> = parsed
            .into_iter()
            .filter_map(|(typed, email)| match email {
                Ok(email) => standings.next().map(|standing| Line::Address { email, standing }),
                Err(error) => Some(Line::Unreadable {
                    typed: typed.clone(),
                    error,
                }),
            })
            .collect();
        lines.sort_by_key(Line::place);
        Ok(lines)
    }
}

/// The role to offer: the one asked for, else the policy's default for the caller; one that they may offer.
pub(super) fn role_on_offer(grant: &Grant, role: Option<RoleKey>) -> Result<RoleKey, Error> {
    let policy = &grant.team.policy;
    let role = role.or_else(|| policy.default_role_for(&grant.role).cloned());
    let role = role.ok_or_else(|| Error::Denied(policy.refusal(Refusal::InviteRole)))?;
    invitation::check_role(grant, &role)?;
    Ok(role)
}

/// A page of the review of a draft, or, of one that names too many people, how many to take out.
fn review(locale: Locale, grant: &Grant, id: DraftId, body: &Draft, lines: Vec<Line>, page: u32) -> Card {
    match most_at_once(&grant.team.policy) {
        most if body.typed.len() > most => words::invite::too_many(locale, grant, id, body.typed.len(), most),
        _ => words::invite::review(locale, grant, id, body, lines, page),
    }
}
