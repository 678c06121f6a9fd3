//! From the form to the review to sending. Nothing but the draft is written before `Send`.

use std::collections::BTreeMap;

use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::draft;
use muster_core::error::{Error, Rule};
use muster_core::ids::{DraftId, TeamId};
use muster_core::invitation::preview::{self, Standing};
use muster_core::invitation::{self, NewInvitation};
use muster_core::policy::{InvitationField, Permission, Policy, RoleKey};
use muster_core::text::{self, EmailAddress};
use serde::{Deserialize, Serialize};
use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::discord::caller::Caller;
use crate::discord::card::{Card, cut};
use crate::discord::custom_id::Action;
use crate::discord::error::Fault;
use crate::discord::member::role_meant;
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
        matches!(
            self,
            Self::Address {
                standing: Standing::New | Standing::Replaces(_),
                ..
            }
        )
    }
}

/// What a form was filled in with, by the id of each field.
pub type Filled = BTreeMap<String, String>;

/// Answers `/invite email` with the form, or with why there is none.
pub(super) async fn open_form(ctx: Context<'_>, role: Option<&str>, team: Option<&str>) -> Result<(), Fault> {
    let caller = answer::caller(ctx);
    match ctx.data().invite_form(&caller, role, team).await {
        Ok(modal) => answer::command_form(ctx, modal).await,
        Err(error) => answer::refuse_command(ctx, &error).await,
    }
}

/// The names and phone that a policy asks for beside the address.
fn extra_fields(policy: &Policy) -> Vec<InvitationField> {
    let wanted = [
        InvitationField::FirstName,
        InvitationField::LastName,
        InvitationField::Phone,
    ];
    wanted
        .into_iter()
        .filter(|field| policy.invitation().needs(*field))
        .collect()
}

fn field_id(field: InvitationField) -> String {
    field.label().replace(' ', "-")
}

/// The form, empty or with what a draft holds. Teams that ask for names take one person at a time.
fn form(action: &Action, team: &str, policy: &Policy, draft: Option<&Draft>) -> CreateModal {
    let input = |style, label: &str, id: &str, most: u16, value: Option<String>| {
        let input = CreateInputText::new(style, label, id).max_length(most);
        match value.filter(|value| !value.is_empty()) {
            Some(value) => input.value(value),
            None => input,
        }
    };
    let extra = extra_fields(policy);
    let mut inputs = Vec::new();
    let typed = draft.map(|draft| draft.typed.join("\n"));
    if extra.is_empty() {
        let hint = format!("One on each line or separated by commas, up to {}", preview::MOST);
        inputs.push(
            input(
                InputTextStyle::Paragraph,
                "Email addresses",
                "emails",
                4000,
                typed,
            )
            .placeholder(hint),
        );
    } else {
        inputs.push(input(
            InputTextStyle::Short,
            "Email address",
            "emails",
            254,
            typed,
        ));
        for field in extra {
            let label = cut(&capitalised(field.label()), 45);
            let value = draft.and_then(|draft| draft.details.get(&field).cloned());
            inputs.push(input(InputTextStyle::Short, &label, &field_id(field), 64, value));
        }
    }
    let note = draft.and_then(|draft| draft.note.clone());
    let most = u16::try_from(text::NOTE_LENGTH).unwrap_or(u16::MAX);
    inputs.push(input(InputTextStyle::Paragraph, "A note (optional)", "note", most, note).required(false));
    let rows = inputs.into_iter().map(CreateActionRow::InputText).collect();
    CreateModal::new(action.to_string(), cut(&format!("Invite to {team}"), 45)).components(rows)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The empty form, for the role asked for or the policy's default.
fn new_form(grant: &Grant, role: Option<RoleKey>) -> Result<CreateModal, Error> {
    let role = role_on_offer(grant, role)?;
    let action = Action::InviteForm {
        team: grant.team.id,
        role: Some(role),
    };
    Ok(form(&action, &grant.team.name, &grant.team.policy, None))
}

/// What was typed as addresses, one each: separated by commas, semicolons, spaces or line breaks; each once.
fn addresses(typed: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for part in typed
        .split([',', ';', '\n', ' ', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        if !seen.iter().any(|other: &String| other.eq_ignore_ascii_case(part)) {
            seen.push(part.to_owned());
        }
    }
    seen
}

impl Desk {
    /// The form of `/invite email`.
    async fn invite_form(
        &self,
        caller: &Caller,
        role: Option<&str>,
        team: Option<&str>,
    ) -> Result<CreateModal, Error> {
        let mut tx = self.db.write().await?;
        let grant = self
            .grant(&mut tx, caller, team, Permission::MembersInvite)
            .await?;
        tx.commit().await?;
        let role = role
            .map(|text| role_meant(&grant.team.policy, text))
            .transpose()?;
        new_form(&grant, role)
    }

    /// The form behind a button that invites.
    pub async fn invite_form_by_id(
        &self,
        caller: &Caller,
        team: TeamId,
        role: Option<RoleKey>,
    ) -> Result<CreateModal, Error> {
        let mut tx = self.db.read().await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::MembersInvite)
            .await?;
        new_form(&grant, role)
    }

    /// The form with what a draft holds.
    pub async fn edit_form(&self, caller: &Caller, draft: DraftId) -> Result<CreateModal, Error> {
        let mut tx = self.db.read().await?;
        let (grant, body) = self.open_draft(&mut tx, caller, draft).await?;
        Ok(form(
            &Action::EditDraftForm { draft },
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
        let mut tx = self.act(caller).await?;
        let grant = self
            .grant_by_id(&mut tx, caller, team, Permission::MembersInvite)
            .await?;
        let body = read(&grant, role_on_offer(&grant, role)?, filled)?;
        let id = draft::save(&mut tx, &self.env, grant.actor.account, team, &body).await?;
        let lines = self.lines(&mut tx, &grant, &body).await?;
        tx.commit().await?;
        Ok(words::invite::review(&grant, id, &body, &lines))
    }

    /// The form was filled in again.
    pub async fn review_edited(&self, caller: &Caller, id: DraftId, filled: &Filled) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, old) = self.open_draft(&mut tx, caller, id).await?;
        let body = read(&grant, old.role, filled)?;
        self.keep_and_review(tx, &grant, id, &body).await
    }

    /// Another role was chosen for a draft.
    pub async fn review_with_role(&self, caller: &Caller, id: DraftId, role: &str) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, mut body) = self.open_draft(&mut tx, caller, id).await?;
        body.role = role_on_offer(&grant, Some(role_meant(&grant.team.policy, role)?))?;
        self.keep_and_review(tx, &grant, id, &body).await
    }

    async fn keep_and_review(
        &self,
        mut tx: Tx,
        grant: &Grant,
        id: DraftId,
        body: &Draft,
    ) -> Result<Card, Error> {
        draft::update(&mut tx, id, grant.actor.account, body).await?;
        let lines = self.lines(&mut tx, grant, body).await?;
        tx.commit().await?;
        Ok(words::invite::review(grant, id, body, &lines))
    }

    /// Sends what the review showed: every address that can be invited, in one transaction.
    pub async fn send_draft(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let (grant, body) = self.open_draft(&mut tx, caller, id).await?;
        draft::discard(&mut tx, id, grant.actor.account).await?;
        let mut outcomes = Vec::new();
        for typed in body.typed {
            let outcome = match EmailAddress::parse(&typed) {
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
            if let Err(error @ Error::Internal(_)) = outcome {
                return Err(error);
            }
            outcomes.push((typed, outcome));
        }
        tx.commit().await?;
        let sent = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
        tracing::info!(team.id = %grant.team.id, sent, refused = outcomes.len() - sent, "sent invitations");
        Ok(words::invite::sent(&grant, &outcomes))
    }

    /// Forgets a draft.
    pub async fn drop_draft(&self, caller: &Caller, id: DraftId) -> Result<Card, Error> {
        let mut tx = self.act(caller).await?;
        let actor = caller.actor(&mut tx).await?;
        draft::discard(&mut tx, id, actor.account).await?;
        tx.commit().await?;
        Ok(words::team::dismissed())
    }

    async fn open_draft(&self, tx: &mut Tx, caller: &Caller, id: DraftId) -> Result<(Grant, Draft), Error> {
        let actor = caller.actor(tx).await?;
        let (team, body) = draft::load(tx, &self.env, id, actor.account).await?;
        let grant = self
            .grant_by_id(tx, caller, team, Permission::MembersInvite)
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
        Ok(parsed
            .into_iter()
            .filter_map(|(typed, email)| match email {
                Ok(email) => standings.next().map(|standing| Line::Address { email, standing }),
                Err(error) => Some(Line::Unreadable {
                    typed: typed.clone(),
                    error,
                }),
            })
            .collect())
    }
}

/// The role to offer: the one asked for, if the caller may offer it, else the policy's default for them.
fn role_on_offer(grant: &Grant, role: Option<RoleKey>) -> Result<RoleKey, Error> {
    let policy = &grant.team.policy;
    let role = role.or_else(|| policy.default_role_for(&grant.member.role).cloned());
    let role = role.ok_or_else(|| Error::Denied(policy.refusal(muster_core::policy::Refusal::InviteRole)))?;
    if policy.may_invite(&grant.member.role, &role) {
        return Ok(role);
    }
    let name = words::role_name(policy, &role);
    Err(Error::Denied(format!(
        "As {} you can't offer the role {name}.",
        grant.role_name()
    )))
}

/// Reads a filled-in form.
fn read(grant: &Grant, role: RoleKey, filled: &Filled) -> Result<Draft, Error> {
    let policy = &grant.team.policy;
    let get = |id: &str| filled.get(id).map(String::as_str).unwrap_or_default();
    let typed = addresses(get("emails"));
    let extra = extra_fields(policy);
    let most = if extra.is_empty() { preview::MOST } else { 1 };
    if typed.is_empty() {
        return Err(Rule::EmailBad {
            reason: "nothing was typed",
        }
        .into());
    }
    if typed.len() > most {
        let reason = format!("there are {}, and {most} at a time is the most", typed.len());
        return Err(Rule::TextBad {
            what: "list of addresses",
            reason,
        }
        .into());
    }
    let details = extra
        .into_iter()
        .map(|field| (field, get(&field_id(field)).trim().to_owned()))
        .collect();
    Ok(Draft {
        role,
        typed,
        note: text::note(get("note"))?,
        details,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_however_they_are_separated() {
        let typed = "ada@example.org, bo@example.org;cy@example.org\n\nADA@example.org  dee@example.org";
        assert_eq!(
            addresses(typed),
            [
                "ada@example.org",
                "bo@example.org",
                "cy@example.org",
                "dee@example.org"
            ]
        );
        assert!(addresses(" ,;\n").is_empty());
    }
}
