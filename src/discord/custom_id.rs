//! What a button, select or form means: written into its id, so that it still works after a restart.
//!
//! An id is `v1|name|keys…`, at most 100 characters. One that this version does not know is answered with a fresh start,
//! never with a failure. Ids carry no authority: who presses is asked again every time.

mod announce;
mod api_keys;
mod bulk;
mod drafts;
mod filter;
mod insights;
mod keys;
mod links;
mod log;
mod members;
mod own;
mod rules;

use std::fmt;
use std::str::FromStr;

use keys::{Keys, or_dash};
use muster_core::activity::Filter as Log;
use muster_core::ids::{DraftId, InvitationId, MemberId, TeamId};
use muster_core::invitation::Filter;
use muster_core::policy::RoleKey;

pub use announce::Announce;
pub use api_keys::ApiKeys;
pub use bulk::Bulk;
pub use drafts::Drafts;
pub use filter::{filter_word, parse_filter};
pub use insights::Insights;
pub use links::Links;
pub use members::Members;
pub use own::Own;
pub use rules::Rules;

/// Something that can be pressed, chosen or filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the keys that each variant's sentence names"
)]
pub enum Action {
    /// Nothing: a label that looks like a button.
    Nothing(u8),
    /// Takes the question back.
    Dismiss,
    /// Starts linking the caller's Discord user.
    Link,
    /// Asks for the name of a new team.
    NewTeam,
    /// The filled-in form of a new team.
    NewTeamForm,
    /// A team's members.
    Members(Members),
    /// Asks whether to leave a team.
    AskLeave { team: TeamId },
    /// Leaves a team, after the question.
    Leave { team: TeamId },
    /// Asks whether to hand over the top role.
    AskTransfer { team: TeamId, id: MemberId },
    /// Asks for the team's name before handing over.
    Transfer { team: TeamId, id: MemberId },
    /// The name that was typed before handing over.
    TransferForm { team: TeamId, id: MemberId },
    /// Asks whether to delete a team.
    AskDeleteTeam { team: TeamId },
    /// Asks for the team's name before deleting it.
    DeleteTeam { team: TeamId },
    /// The name that was typed before deleting.
    DeleteTeamForm { team: TeamId },
    /// Brings a deleted team back.
    RestoreTeam { team: TeamId },
    /// A page of the caller's teams.
    Teams { page: u32 },
    /// Chooses the team that the caller works with.
    SwitchTeam,
    /// A team in numbers.
    Overview { team: TeamId },
    /// Chooses the team of a command that waits for it.
    WhichTeam { draft: DraftId },
    /// Chooses the team of an invitation form that waits for it.
    WhichTeamForm { draft: DraftId },
    /// Asks whom to invite; offers a role unless the policy's default will do.
    Invite { team: TeamId, role: Option<RoleKey> },
    /// The filled-in form of an invitation.
    InviteForm { team: TeamId, role: Option<RoleKey> },
    /// Invitations that are still being written.
    Drafts(Drafts),
    /// A page of a team's invitations.
    Invitations { team: TeamId, filter: Filter, page: u32 },
    /// Chooses which invitations to list.
    InvitationsFilter { team: TeamId },
    /// Chooses one of the listed invitations.
    OpenInvitation { team: TeamId },
    /// One invitation with its delivery.
    Invitation { team: TeamId, id: InvitationId },
    /// Mails an invitation again.
    Resend { team: TeamId, id: InvitationId },
    /// Asks whether to cancel an invitation.
    AskRevoke { team: TeamId, id: InvitationId },
    /// Cancels an invitation, after the question.
    Revoke { team: TeamId, id: InvitationId },
    /// A team's invite links.
    Links(Links),
    /// People from a file, and those of them who wait for their hour.
    Bulk(Bulk),
    /// A page of a team's log.
    Activity { team: TeamId, filter: Log, page: u32 },
    /// Chooses the kind of entries to list, from the first of the selects or from a further one; the rest of the filter
    /// stays.
    ActivityFilter { team: TeamId, filter: Log, select: u8 },
    /// Invites the person that a draft names, by a card.
    InvitePerson { draft: DraftId },
    /// What a team's past adds up to.
    Insights(Insights),
    /// What a team announces.
    Announce(Announce),
    /// What is about whoever presses it.
    Own(Own),
    /// A team's rules and settings.
    Rules(Rules),
    /// A team's API keys.
    ApiKeys(ApiKeys),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v1|")?;
        match self {
            Self::Nothing(n) => write!(f, "nothing|{n}"),
            Self::Dismiss => write!(f, "dismiss"),
            Self::Link => write!(f, "link"),
            Self::NewTeam => write!(f, "new-team"),
            Self::NewTeamForm => write!(f, "new-team-form"),
            Self::Members(members) => members.fmt(f),
            Self::AskLeave { team } => write!(f, "ask-leave|{team}"),
            Self::Leave { team } => write!(f, "leave|{team}"),
            Self::AskTransfer { team, id } => write!(f, "ask-transfer|{team}|{id}"),
            Self::Transfer { team, id } => write!(f, "transfer|{team}|{id}"),
            Self::TransferForm { team, id } => write!(f, "transfer-form|{team}|{id}"),
            Self::AskDeleteTeam { team } => write!(f, "ask-delete|{team}"),
            Self::DeleteTeam { team } => write!(f, "delete|{team}"),
            Self::DeleteTeamForm { team } => write!(f, "delete-form|{team}"),
            Self::RestoreTeam { team } => write!(f, "restore|{team}"),
            // Ids without a page are those of earlier versions.
            Self::Teams { page: 0 } => write!(f, "teams"),
            Self::Teams { page } => write!(f, "teams|{page}"),
            Self::SwitchTeam => write!(f, "switch"),
            Self::Overview { team } => write!(f, "overview|{team}"),
            Self::WhichTeam { draft } => write!(f, "which|{draft}"),
            Self::WhichTeamForm { draft } => write!(f, "which-form|{draft}"),
            Self::Invite { team, role } => write!(f, "invite|{team}|{}", or_dash(role.as_ref())),
            Self::InviteForm { team, role } => write!(f, "invite-form|{team}|{}", or_dash(role.as_ref())),
            Self::Drafts(drafts) => drafts.fmt(f),
            Self::Invitations { team, filter, page } => {
                write!(f, "invitations|{team}|{}|{page}", filter_word(*filter))
            }
            Self::InvitationsFilter { team } => write!(f, "invitations-filter|{team}"),
            Self::OpenInvitation { team } => write!(f, "open|{team}"),
            Self::Invitation { team, id } => write!(f, "invitation|{team}|{id}"),
            Self::Resend { team, id } => write!(f, "resend|{team}|{id}"),
            Self::AskRevoke { team, id } => write!(f, "ask-revoke|{team}|{id}"),
            Self::Revoke { team, id } => write!(f, "revoke|{team}|{id}"),
            Self::Links(links) => links.fmt(f),
            Self::Bulk(bulk) => bulk.fmt(f),
            Self::Activity { team, filter, page } => {
                write!(
                    f,
                    "log|{team}|{}|{}",
                    log::Filtered(filter),
                    log::Compact((*page).into())
                )
            }
            Self::ActivityFilter { team, filter, select } => {
                write!(f, "log-filter|{team}|{}|{select}", log::Filtered(filter))
            }
            Self::InvitePerson { draft } => write!(f, "invite-person|{draft}"),
            Self::Insights(insights) => insights.fmt(f),
            Self::Announce(announce) => announce.fmt(f),
            Self::Own(own) => own.fmt(f),
            Self::Rules(rules) => write!(f, "{rules}"),
            Self::ApiKeys(keys) => keys.fmt(f),
        }
    }
}

impl Action {
    /// What shows the present state of what this was about, with the phrase on the button that leads there; for when
    /// something has changed meanwhile, or was mistyped.
    pub fn again(&self) -> Option<(&'static str, Self)> {
        Some(match *self {
            Self::Resend { team, id } | Self::AskRevoke { team, id } | Self::Revoke { team, id } => {
                ("card-reload", Self::Invitation { team, id })
            }
            Self::TransferForm { team, id } | Self::Transfer { team, id } => {
                ("card-try-again", Self::AskTransfer { team, id })
            }
            Self::DeleteTeamForm { team } | Self::DeleteTeam { team } => {
                ("card-try-again", Self::AskDeleteTeam { team })
            }
            Self::Own(Own::EraseForm) => ("card-try-again", Self::Own(Own::Erase)),
            Self::Leave { .. } | Self::RestoreTeam { .. } | Self::SwitchTeam | Self::WhichTeam { .. } => {
                ("teams-see-mine", Self::Teams { page: 0 })
            }
            Self::Announce(announce) => (
                "card-reload",
                Self::Announce(Announce::Show {
                    team: announce.team(),
                }),
            ),
            Self::Members(ref members) => return members.again(),
            Self::Drafts(drafts) => return drafts.again(),
            Self::Links(links) => return links.again(),
            Self::Bulk(bulk) => return bulk.again(),
            Self::Rules(ref rules) => return rules.again(),
            Self::ApiKeys(keys) => return keys.again(),
            _ => return None,
        })
    }
}

/// An id that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        let mut parts = text.split('|');
        if parts.next() != Some("v1") {
            return Err(UnknownAction);
        }
        let name = parts.next().ok_or(UnknownAction)?;
        let mut keys = Keys(parts);
        let action = match name {
            "nothing" => Self::Nothing(keys.next()?),
            "dismiss" => Self::Dismiss,
            "link" => Self::Link,
            "new-team" => Self::NewTeam,
            "new-team-form" => Self::NewTeamForm,
            "ask-leave" => Self::AskLeave { team: keys.next()? },
            "leave" => Self::Leave { team: keys.next()? },
            "ask-transfer" => keys.two(|team, id| Self::AskTransfer { team, id })?,
            "transfer" => keys.two(|team, id| Self::Transfer { team, id })?,
            "transfer-form" => keys.two(|team, id| Self::TransferForm { team, id })?,
            "ask-delete" => Self::AskDeleteTeam { team: keys.next()? },
            "delete" => Self::DeleteTeam { team: keys.next()? },
            "delete-form" => Self::DeleteTeamForm { team: keys.next()? },
            "restore" => Self::RestoreTeam { team: keys.next()? },
            "teams" => Self::Teams {
                page: keys.rest()?.unwrap_or_default(),
            },
            "switch" => Self::SwitchTeam,
            "overview" => Self::Overview { team: keys.next()? },
            "which" => Self::WhichTeam { draft: keys.next()? },
            "which-form" => Self::WhichTeamForm { draft: keys.next()? },
            "invite" => Self::Invite {
                team: keys.next()?,
                role: keys.role_or_dash()?,
            },
            "invite-form" => Self::InviteForm {
                team: keys.next()?,
                role: keys.role_or_dash()?,
            },
            "invitations" => Self::Invitations {
                team: keys.next()?,
                filter: parse_filter(keys.text()?)?,
                page: keys.next()?,
            },
            "invitations-filter" => Self::InvitationsFilter { team: keys.next()? },
            "open" => Self::OpenInvitation { team: keys.next()? },
            "invitation" => keys.two(|team, id| Self::Invitation { team, id })?,
            "resend" => keys.two(|team, id| Self::Resend { team, id })?,
            "ask-revoke" => keys.two(|team, id| Self::AskRevoke { team, id })?,
            "revoke" => keys.two(|team, id| Self::Revoke { team, id })?,
            "log" => Self::Activity {
                team: keys.next()?,
                filter: log::filtered(&mut keys)?,
                page: log::page(&mut keys)?,
            },
            "log-filter" => Self::ActivityFilter {
                team: keys.next()?,
                filter: log::filtered(&mut keys)?,
                select: keys.next()?,
            },
            // As earlier versions wrote them.
            "activity" => Self::Activity {
                team: keys.next()?,
                filter: log::kind(&mut keys)?.into(),
                page: keys.next()?,
            },
            "activity-filter" => Self::ActivityFilter {
                team: keys.next()?,
                filter: Log::default(),
                select: keys.rest()?.unwrap_or_default(),
            },
            "invite-person" => Self::InvitePerson { draft: keys.next()? },
            name if name.starts_with("insights") => Self::Insights(Insights::parse(name, &mut keys)?),
            name if name.starts_with("announce") => Self::Announce(Announce::parse(name, &mut keys)?),
            name => {
                if let Some(own) = Own::parse(name, &mut keys)? {
                    Self::Own(own)
                } else if let Some(members) = Members::parse(name, &mut keys)? {
                    Self::Members(members)
                } else if let Some(drafts) = Drafts::parse(name, &mut keys)? {
                    Self::Drafts(drafts)
                } else if let Some(links) = Links::parse(name, &mut keys)? {
                    Self::Links(links)
                } else if let Some(bulk) = Bulk::parse(name, &mut keys)? {
                    Self::Bulk(bulk)
                } else if let Some(found) = ApiKeys::parse(name, &mut keys)? {
                    Self::ApiKeys(found)
                } else {
                    Self::Rules(Rules::parse(name, &mut keys)?)
                }
            }
        };
        keys.end()?;
        Ok(action)
    }
}

#[cfg(test)]
mod tests;
