//! Where buttons, selects and forms lead: the same functions as the commands.

use std::collections::BTreeMap;

use muster_core::error::{Error, Rule};
use muster_core::policy::RoleKey;
use serenity::all::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, Context as Serenity,
    ModalInteraction,
};

use super::caller::Caller;
use super::card::Card;
use super::custom_id::{Action, parse_filter};
use super::error::{Fault, unknown_action};
use super::{Desk, answer, team, words};

/// Somebody pressed a button or chose from a select.
pub async fn component(ctx: &Serenity, desk: &Desk, it: &ComponentInteraction) -> Result<(), Fault> {
    let caller = Caller::from(it);
    let Ok(action) = it.data.custom_id.parse::<Action>() else {
        return answer::component(ctx, desk, it, async { Ok(unknown_action()) }).await;
    };
    let chosen = match &it.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    };
    match action {
        // A form has to be the first answer, so it cannot be deferred.
        Action::NewTeam => answer::open_form(ctx, desk, it, Ok(team::new_team_form())).await,
        Action::Invite { team, role } => {
            let form = desk.invite_form_by_id(&caller, team, role).await;
            answer::open_form(ctx, desk, it, form).await
        }
        Action::EditDraft { draft } => {
            let form = desk.edit_form(&caller, draft).await;
            answer::open_form(ctx, desk, it, form).await
        }
        action => answer::component(ctx, desk, it, press(desk, &caller, action, chosen)).await,
    }
}

async fn press(desk: &Desk, caller: &Caller, action: Action, chosen: Option<&str>) -> Result<Card, Error> {
    let chosen = || chosen.ok_or(Error::Rule(Rule::Stale));
    match action {
        Action::Dismiss => Ok(words::team::dismissed()),
        Action::Link => desk.start_linking(caller).await,
        Action::Members { team, role, page } => desk.members_page(caller, team, role.as_ref(), page).await,
        Action::MembersFilter { team } => {
            let role = RoleKey::parse(chosen()?).ok();
            desk.members_page(caller, team, role.as_ref(), 0).await
        }
        Action::SetRole { draft } => desk.set_role(caller, draft).await,
        Action::UndoRole { team, seq } => desk.undo_role(caller, team, seq).await,
        Action::DraftRole { draft } => desk.review_with_role(caller, draft, chosen()?).await,
        Action::SendDraft { draft } => desk.send_draft(caller, draft).await,
        Action::DropDraft { draft } => desk.drop_draft(caller, draft).await,
        Action::Invitations { team, filter, page } => desk.invitations_page(caller, team, filter, page).await,
        Action::InvitationsFilter { team } => {
            let filter = parse_filter(chosen()?).map_err(|_| Rule::Stale)?;
            desk.invitations_page(caller, team, filter, 0).await
        }
        Action::OpenInvitation { team } => {
            let id = chosen()?.parse().map_err(|_| Rule::Stale)?;
            desk.invitation_by_id(caller, team, id).await
        }
        Action::Invitation { team, id } => desk.invitation_by_id(caller, team, id).await,
        Action::Resend { team, id } => desk.resend_by_id(caller, team, id).await,
        Action::AskRevoke { team, id } => desk.ask_revoke_by_id(caller, team, id).await,
        Action::Revoke { team, id } => desk.revoke(caller, team, id).await,
        Action::Activity { team, kind, page } => desk.activity_page(caller, team, kind, page).await,
        Action::ActivityFilter { team } => desk.activity_page(caller, team, chosen()?.parse().ok(), 0).await,
        // Labels, and ids of forms: nothing that can be pressed.
        Action::Nothing(_)
        | Action::NewTeam
        | Action::NewTeamForm
        | Action::Invite { .. }
        | Action::InviteForm { .. }
        | Action::EditDraft { .. }
        | Action::EditDraftForm { .. } => Ok(unknown_action()),
    }
}

/// Somebody filled in a form.
pub async fn form(ctx: &Serenity, desk: &Desk, it: &ModalInteraction) -> Result<(), Fault> {
    answer::form(ctx, desk, it, submit(desk, it)).await
}

async fn submit(desk: &Desk, it: &ModalInteraction) -> Result<Card, Error> {
    let caller = Caller::from(it);
    let filled = filled(it);
    let get = |id: &str| filled.get(id).map(String::as_str).unwrap_or_default();
    match it.data.custom_id.parse() {
        Ok(Action::NewTeamForm) => desk.create_team(&caller, get("name"), get("preset")).await,
        Ok(Action::InviteForm { team, role }) => desk.review_new(&caller, team, role, &filled).await,
        Ok(Action::EditDraftForm { draft }) => desk.review_edited(&caller, draft, &filled).await,
        _ => Ok(unknown_action()),
    }
}

fn filled(it: &ModalInteraction) -> BTreeMap<String, String> {
    let fields = it.data.components.iter().flat_map(|row| &row.components);
    fields
        .filter_map(|field| match field {
            // Control characters mean nothing to us, and PostgreSQL stores no NUL.
            ActionRowComponent::InputText(text) => {
                let typed = text
                    .value
                    .as_deref()?
                    .replace(|c: char| c.is_control() && c != '\n', " ");
                Some((text.custom_id.clone(), typed))
            }
            _ => None,
        })
        .collect()
}
