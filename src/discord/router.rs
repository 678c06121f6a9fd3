//! Where buttons, selects and forms lead: the same functions as the commands.

use std::collections::BTreeMap;
use std::str::FromStr;

use muster_core::activity::Filter as Log;
use muster_core::error::{Error, Rule};
use muster_core::ids::{InvitationId, TeamId};
use muster_core::locale::Locale;
use muster_core::policy::RoleKey;
use muster_phrases::say;
use serenity::all::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, Context as Serenity,
    ModalInteraction,
};

use super::caller::Caller;
use super::card::{Button, Card};
use super::custom_id::{Action, Bulk, Drafts, Own, Rules, parse_filter};
use super::error::{Fault, card as error_card, unknown_action};
use super::invite::bulk::Progress;
use super::which::Only;
use super::{Desk, account, answer, team, words};

/// Somebody pressed a button or chose from a select.
pub async fn component(ctx: &Serenity, desk: &Desk, it: &ComponentInteraction) -> Result<(), Fault> {
    let caller = Caller::from(it);
    let Ok(action) = it.data.custom_id.parse::<Action>() else {
        return answer::component(ctx, desk, it, async { Ok(unknown_action(caller.locale)) }).await;
    };
    let chosen = match &it.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    };
    match action {
        // A form has to be the first answer, so it cannot be deferred.
        Action::NewTeam => {
            answer::open_form(ctx, desk, it, Ok(team::new_team_form(caller.locale, &desk.env))).await
        }
        Action::Transfer { team, id } => {
            answer::open_form(ctx, desk, it, Ok(team::transfer_form(caller.locale, team, id))).await
        }
        Action::DeleteTeam { team } => {
            answer::open_form(ctx, desk, it, Ok(team::delete_form(caller.locale, team))).await
        }
        Action::Own(Own::Erase) => {
            answer::open_form(ctx, desk, it, Ok(account::erase_form(caller.locale))).await
        }
        Action::Invite { team, role } => {
            let role = role.as_ref().map(RoleKey::as_str);
            let form = desk.invite_form(&caller, role, team.into()).await;
            answer::open_form(ctx, desk, it, form).await
        }
        Action::WhichTeamForm { draft } => {
            let form = match chosen_id(chosen) {
                Ok(team) => desk.invite_form_in(&caller, draft, team).await,
                Err(error) => Err(error),
            };
            answer::open_form(ctx, desk, it, form).await
        }
        Action::Rules(Rules::Rename { team }) => {
            let form = desk.rename_form(&caller, team).await;
            answer::open_form(ctx, desk, it, form).await
        }
        Action::Drafts(Drafts::Edit { draft }) => {
            let form = desk.edit_form(&caller, draft).await;
            answer::open_form(ctx, desk, it, form).await
        }
        Action::Bulk(Bulk::Send { draft }) => {
            let again = action.again();
            let first = async {
                let sent = desk.send_bulk(&caller, draft).await;
                desk.note_refusal(&sent).await;
                sent.or_else(|error| with_way_out(desk, caller.locale, error, again).map(Progress::from))
            };
            answer::in_parts(ctx, desk, it, first).await
        }
        action => {
            let again = action.again();
            let screen = async {
                // Boxed: it is as large as the largest of its screens.
                let pressed = Box::pin(press(desk, &caller, action, chosen)).await;
                desk.note_refusal(&pressed).await;
                pressed.or_else(|error| with_way_out(desk, caller.locale, error, again))
            };
            answer::component(ctx, desk, it, screen).await
        }
    }
}

/// The card of a refusal whose button shows how things are now, where that helps.
fn with_way_out(
    desk: &Desk,
    locale: Locale,
    error: Error,
    again: Option<(&'static str, Action)>,
) -> Result<Card, Error> {
    let changed = match &error {
        Error::NotFound(_) => true,
        Error::Rule(rule) => matches!(
            rule,
            Rule::Stale
                | Rule::NotActive
                | Rule::AlreadyActive
                | Rule::SameRole { .. }
                | Rule::Unchanged
                | Rule::Closed(_)
                | Rule::LinkEnded(_)
                | Rule::NameMismatch { .. }
                | Rule::OwnNameMismatch { .. }
                | Rule::CardOver(_)
                | Rule::ApiKey(_)
        ),
        Error::Denied(_) | Error::Internal(_) => false,
    };
    match again.filter(|_| changed) {
        Some((label, action)) => {
            let way_out = Button::primary(say!(locale, label), action);
            Ok(error_card(&desk.env, locale, &error).buttons(vec![way_out]))
        }
        None => Err(error),
    }
}

/// The id that was chosen from a select.
pub(super) fn chosen_id<T: FromStr>(chosen: Option<&str>) -> Result<T, Error> {
    let id = chosen.and_then(|chosen| chosen.parse().ok());
    id.ok_or(Error::Rule(Rule::Stale))
}

async fn press(desk: &Desk, caller: &Caller, action: Action, chosen: Option<&str>) -> Result<Card, Error> {
    let chosen = || chosen.ok_or(Error::Rule(Rule::Stale));
    match action {
        Action::Dismiss => Ok(words::team::dismissed(caller.locale)),
        Action::Link => desk.start_linking(caller).await,
        Action::Members(members) => desk.press_members(caller, members, chosen().ok()).await,
        Action::AskLeave { team } => desk.ask_leave(caller, team.into()).await,
        Action::Leave { team } => desk.leave(caller, team).await,
        Action::AskTransfer { team, id } => desk.ask_transfer(caller, team.into(), id.into()).await,
        Action::AskDeleteTeam { team } => desk.ask_delete(caller, team.into()).await,
        Action::RestoreTeam { team } => desk.restore_team(caller, team).await,
        Action::Teams { page } => desk.teams(caller, page).await,
        Action::SwitchTeam => {
            let team: TeamId = chosen_id(Some(chosen()?))?;
            desk.switch_team(caller, team.into()).await
        }
        Action::Overview { team } => desk.overview(caller, team.into()).await,
        Action::WhichTeam { draft } => desk.ask_in(caller, draft, chosen_id(Some(chosen()?))?).await,
        Action::Drafts(drafts) => desk.press_drafts(caller, drafts, chosen().ok()).await,
        Action::Invitations { team, filter, page } => {
            desk.invitations(caller, team.into(), Only::Known(filter), page)
                .await
        }
        Action::InvitationsFilter { team } => {
            if let Some(status) = words::scheduled::parse_list(chosen()?) {
                return desk.scheduled(caller, team.into(), status, 0).await;
            }
            let filter = parse_filter(chosen()?).map_err(|_| Rule::Stale)?;
            desk.invitations(caller, team.into(), Only::Known(filter), 0)
                .await
        }
        Action::OpenInvitation { team } => {
            let id: InvitationId = chosen_id(Some(chosen()?))?;
            desk.invitation(caller, team.into(), id.into()).await
        }
        Action::Invitation { team, id } => desk.invitation(caller, team.into(), id.into()).await,
        Action::Resend { team, id } => desk.resend(caller, team.into(), id.into()).await,
        Action::AskRevoke { team, id } => desk.ask_revoke(caller, team.into(), id.into()).await,
        Action::Revoke { team, id } => desk.revoke(caller, team, id).await,
        Action::Links(links) => desk.press_links(caller, links, chosen().ok()).await,
        Action::Bulk(bulk) => desk.press_bulk(caller, bulk, chosen().ok()).await,
        Action::Activity { team, filter, page } => {
            desk.activity_log(caller, team.into(), Only::Known(filter), page)
                .await
        }
        Action::ActivityFilter { team, filter, .. } => {
            let kind = chosen()?.parse().ok();
            let only = Only::Known(Log { kind, ..filter });
            desk.activity_log(caller, team.into(), only, 0).await
        }
        Action::InvitePerson { draft } => desk.invite_drafted(caller, draft).await,
        Action::Insights(insights) => desk.press_insights(caller, insights, chosen().ok()).await,
        Action::Announce(announce) => desk.press_announce(caller, announce, chosen().ok()).await,
        Action::Own(own) => desk.press_own(caller, own, chosen().ok()).await,
        Action::Rules(rules) => desk.press_rules(caller, rules, chosen().ok()).await,
        Action::ApiKeys(keys) => desk.press_api_keys(caller, keys, chosen().ok()).await,
        // Labels, ids of forms, and what is answered above: nothing that leads to one screen.
        Action::Nothing(_)
        | Action::NewTeam
        | Action::NewTeamForm
        | Action::Transfer { .. }
        | Action::TransferForm { .. }
        | Action::DeleteTeam { .. }
        | Action::DeleteTeamForm { .. }
        | Action::WhichTeamForm { .. }
        | Action::Invite { .. }
        | Action::InviteForm { .. } => Ok(unknown_action(caller.locale)),
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
    let Ok(action) = it.data.custom_id.parse::<Action>() else {
        return Ok(unknown_action(caller.locale));
    };
    let again = action.again();
    let screen = match action {
        Action::NewTeamForm => desk.create_team(&caller, get("name"), get("preset")).await,
        Action::InviteForm { team, role } => desk.review_new(&caller, team, role, &filled).await,
        Action::Drafts(Drafts::EditForm { draft }) => desk.review_edited(&caller, draft, &filled).await,
        Action::Rules(Rules::RenameForm { team }) => desk.rename_team(&caller, team, get("name")).await,
        Action::Own(Own::EraseForm) => desk.erase(&caller, get("name")).await,
        Action::TransferForm { team, id } => desk.transfer(&caller, team, id, get("name")).await,
        Action::DeleteTeamForm { team } => desk.delete_team(&caller, team, get("name")).await,
        _ => Ok(unknown_action(caller.locale)),
    };
    desk.note_refusal(&screen).await;
    screen.or_else(|error| with_way_out(desk, caller.locale, error, again))
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
