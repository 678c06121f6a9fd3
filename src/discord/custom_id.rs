//! What a button, select or form means: written into its id, so that it still works after a restart.
//!
//! An id is `v1|name|keys…`, at most 100 characters. One that this version does not know is answered with a fresh start,
//! never with a failure. Ids carry no authority: who presses is asked again every time.

use std::fmt;
use std::str::FromStr;

use muster_core::activity::Kind;
use muster_core::ids::{DraftId, InvitationId, TeamId};
use muster_core::invitation::{Filter, Status};
use muster_core::policy::RoleKey;

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
    /// A page of the members of a team, all or those with one role.
    Members {
        team: TeamId,
        role: Option<RoleKey>,
        page: u32,
    },
    /// Chooses which members to list.
    MembersFilter { team: TeamId },
    /// Gives the role that a draft names, after the question.
    SetRole { draft: DraftId },
    /// Takes back the role change with this number in the log.
    UndoRole { team: TeamId, seq: i64 },
    /// Asks whom to invite; offers a role unless the policy's default will do.
    Invite { team: TeamId, role: Option<RoleKey> },
    /// The filled-in form of an invitation.
    InviteForm { team: TeamId, role: Option<RoleKey> },
    /// Asks again whom to invite.
    EditDraft { draft: DraftId },
    /// The filled-in form of a changed draft.
    EditDraftForm { draft: DraftId },
    /// Chooses the role of a draft.
    DraftRole { draft: DraftId },
    /// Sends a draft.
    SendDraft { draft: DraftId },
    /// Forgets a draft.
    DropDraft { draft: DraftId },
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
    /// A page of a team's log.
    Activity {
        team: TeamId,
        kind: Option<Kind>,
        page: u32,
    },
    /// Chooses which entries to list.
    ActivityFilter { team: TeamId },
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
            Self::Members { team, role, page } => {
                write!(f, "members|{team}|{}|{page}", or_dash(role.as_ref()))
            }
            Self::MembersFilter { team } => write!(f, "members-filter|{team}"),
            Self::SetRole { draft } => write!(f, "role|{draft}"),
            Self::UndoRole { team, seq } => write!(f, "undo-role|{team}|{seq}"),
            Self::Invite { team, role } => write!(f, "invite|{team}|{}", or_dash(role.as_ref())),
            Self::InviteForm { team, role } => write!(f, "invite-form|{team}|{}", or_dash(role.as_ref())),
            Self::EditDraft { draft } => write!(f, "edit|{draft}"),
            Self::EditDraftForm { draft } => write!(f, "edit-form|{draft}"),
            Self::DraftRole { draft } => write!(f, "draft-role|{draft}"),
            Self::SendDraft { draft } => write!(f, "send|{draft}"),
            Self::DropDraft { draft } => write!(f, "drop|{draft}"),
            Self::Invitations { team, filter, page } => {
                write!(f, "invitations|{team}|{}|{page}", filter_word(*filter))
            }
            Self::InvitationsFilter { team } => write!(f, "invitations-filter|{team}"),
            Self::OpenInvitation { team } => write!(f, "open|{team}"),
            Self::Invitation { team, id } => write!(f, "invitation|{team}|{id}"),
            Self::Resend { team, id } => write!(f, "resend|{team}|{id}"),
            Self::AskRevoke { team, id } => write!(f, "ask-revoke|{team}|{id}"),
            Self::Revoke { team, id } => write!(f, "revoke|{team}|{id}"),
            Self::Activity { team, kind, page } => {
                write!(f, "activity|{team}|{}|{page}", or_dash(kind.as_ref()))
            }
            Self::ActivityFilter { team } => write!(f, "activity-filter|{team}"),
        }
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
            "members" => Self::Members {
                team: keys.next()?,
                role: keys.role_or_dash()?,
                page: keys.next()?,
            },
            "members-filter" => Self::MembersFilter { team: keys.next()? },
            "role" => Self::SetRole { draft: keys.next()? },
            "undo-role" => Self::UndoRole {
                team: keys.next()?,
                seq: keys.next()?,
            },
            "invite" => Self::Invite {
                team: keys.next()?,
                role: keys.role_or_dash()?,
            },
            "invite-form" => Self::InviteForm {
                team: keys.next()?,
                role: keys.role_or_dash()?,
            },
            "edit" => Self::EditDraft { draft: keys.next()? },
            "edit-form" => Self::EditDraftForm { draft: keys.next()? },
            "draft-role" => Self::DraftRole { draft: keys.next()? },
            "send" => Self::SendDraft { draft: keys.next()? },
            "drop" => Self::DropDraft { draft: keys.next()? },
            "invitations" => Self::Invitations {
                team: keys.next()?,
                filter: parse_filter(keys.text()?)?,
                page: keys.next()?,
            },
            "invitations-filter" => Self::InvitationsFilter { team: keys.next()? },
            "open" => Self::OpenInvitation { team: keys.next()? },
            "invitation" => Self::Invitation {
                team: keys.next()?,
                id: keys.next()?,
            },
            "resend" => Self::Resend {
                team: keys.next()?,
                id: keys.next()?,
            },
            "ask-revoke" => Self::AskRevoke {
                team: keys.next()?,
                id: keys.next()?,
            },
            "revoke" => Self::Revoke {
                team: keys.next()?,
                id: keys.next()?,
            },
            "activity" => Self::Activity {
                team: keys.next()?,
                kind: match keys.text()? {
                    "-" => None,
                    word => Some(word.parse().map_err(|_| UnknownAction)?),
                },
                page: keys.next()?,
            },
            "activity-filter" => Self::ActivityFilter { team: keys.next()? },
            _ => return Err(UnknownAction),
        };
        keys.end()?;
        Ok(action)
    }
}

struct Keys<'a>(std::str::Split<'a, char>);

impl<'a> Keys<'a> {
    fn text(&mut self) -> Result<&'a str, UnknownAction> {
        self.0.next().ok_or(UnknownAction)
    }

    fn next<T: FromStr>(&mut self) -> Result<T, UnknownAction> {
        self.text()?.parse().map_err(|_| UnknownAction)
    }

    fn role_or_dash(&mut self) -> Result<Option<RoleKey>, UnknownAction> {
        match self.text()? {
            "-" => Ok(None),
            word => RoleKey::parse(word).map(Some).map_err(|_| UnknownAction),
        }
    }

    fn end(&mut self) -> Result<(), UnknownAction> {
        if self.0.next().is_none() {
            Ok(())
        } else {
            Err(UnknownAction)
        }
    }
}

fn or_dash<T: fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "-".to_owned(), T::to_string)
}

/// The word for a filter of invitations, in ids and as a value of the filter's select.
pub fn filter_word(filter: Filter) -> &'static str {
    match filter {
        Filter::Open => "open",
        Filter::All => "all",
        Filter::Only(status) => status.as_str(),
    }
}

/// The filter of invitations that a word means.
pub fn parse_filter(word: &str) -> Result<Filter, UnknownAction> {
    match word {
        "open" => Ok(Filter::Open),
        "all" => Ok(Filter::All),
        word => word
            .parse::<Status>()
            .map(Filter::Only)
            .map_err(|_| UnknownAction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<Action> {
        let team: TeamId = "01JZ0000000000000000000000".parse().unwrap();
        let (id, draft) = ("01JZ0000000000000000000002", "01JZ0000000000000000000003");
        let (id, draft) = (id.parse().unwrap(), draft.parse().unwrap());
        let role = Some(RoleKey::parse(&"r".repeat(32)).unwrap());
        vec![
            Action::Nothing(1),
            Action::Dismiss,
            Action::Link,
            Action::NewTeam,
            Action::NewTeamForm,
            Action::Members {
                team,
                role: role.clone(),
                page: u32::MAX,
            },
            Action::Members {
                team,
                role: None,
                page: 0,
            },
            Action::MembersFilter { team },
            Action::SetRole { draft },
            Action::UndoRole { team, seq: i64::MAX },
            Action::Invite {
                team,
                role: role.clone(),
            },
            Action::InviteForm { team, role },
            Action::EditDraft { draft },
            Action::EditDraftForm { draft },
            Action::DraftRole { draft },
            Action::SendDraft { draft },
            Action::DropDraft { draft },
            Action::Invitations {
                team,
                filter: Filter::Only(Status::Replaced),
                page: u32::MAX,
            },
            Action::Invitations {
                team,
                filter: Filter::Open,
                page: 0,
            },
            Action::InvitationsFilter { team },
            Action::OpenInvitation { team },
            Action::Invitation { team, id },
            Action::Resend { team, id },
            Action::AskRevoke { team, id },
            Action::Revoke { team, id },
            Action::Activity {
                team,
                kind: Some(Kind::InvitationAccepted),
                page: u32::MAX,
            },
            Action::Activity {
                team,
                kind: None,
                page: 0,
            },
            Action::ActivityFilter { team },
        ]
    }

    #[test]
    fn every_id_reads_back_and_fits_discords_hundred_characters() {
        for action in one_of_each() {
            let id = action.to_string();
            assert!(id.len() <= 100, "{id} has {} characters", id.len());
            assert_eq!(id.parse(), Ok(action), "{id}");
        }
    }

    #[test]
    fn forged_and_future_ids_are_unknown() {
        for bad in [
            "",
            "v1",
            "v2|link",
            "v1|link|x",
            "v1|members|x|-|0",
            "v1|role|01JZ",
            "link",
        ] {
            assert_eq!(bad.parse::<Action>(), Err(UnknownAction), "{bad}");
        }
    }
}
