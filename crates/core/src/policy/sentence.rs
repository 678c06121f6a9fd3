//! What people read when a policy says no.
//!
//! The sentences are built from the policy's own role names, so an edited policy never talks about roles it does not
//! have. A policy may put its own words in their place.

use serde::{Deserialize, Serialize};

use super::{Holders, Permission, Policy, Removal, SelfRemoval, Transfer};

/// A reason for which a policy says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The role lacks `members.view`.
    MembersView,
    /// The role lacks `members.invite`.
    MembersInvite,
    /// The role lacks `invitations.manage`.
    InvitationsManage,
    /// The role lacks `roles.change`.
    RolesChange,
    /// The role lacks `members.remove`.
    MembersRemove,
    /// The role lacks `members.deactivate`.
    MembersDeactivate,
    /// The role lacks `team.settings`.
    TeamSettings,
    /// The role lacks `ownership.transfer`, or nobody can transfer.
    OwnershipTransfer,
    /// The role lacks `links.manage`.
    LinksManage,
    /// The role lacks `activity.view`.
    ActivityView,
    /// The role lacks `analytics.view`.
    AnalyticsView,
    /// The role lacks `api_keys.manage`.
    ApiKeysManage,
    /// The role lacks `team.delete`.
    TeamDelete,
    /// The role may invite, but not to that role.
    InviteRole,
    /// The role may change roles, but not from or to that one.
    AssignRole,
    /// The role may remove members, but not with that role.
    RemoveRole,
    /// The role may deactivate members, but not with that role.
    DeactivateRole,
    /// Somebody changes their own role.
    OwnRole,
    /// Somebody removes themselves.
    SelfRemoval,
    /// Somebody deactivates themselves.
    SelfDeactivation,
    /// The last holder of the top role would lose it.
    LastTop,
    /// The role of the only possible holder of the top role would change.
    TopRole,
    /// The only possible holder of the top role would be removed or deactivated.
    TopRemoval,
    /// Members with this role cannot leave.
    Leave,
    /// The address belongs to an account.
    ExistingAccount,
    /// The address has a pending invitation.
    AlreadyInvited,
    /// Invite links are off.
    LinkOff,
    /// The team's plan is not enough.
    Plan,
    /// The plan has no free seat.
    Seats,
}

impl From<Permission> for Refusal {
    fn from(permission: Permission) -> Refusal {
        match permission {
            Permission::MembersView => Refusal::MembersView,
            Permission::MembersInvite => Refusal::MembersInvite,
            Permission::InvitationsManage => Refusal::InvitationsManage,
            Permission::RolesChange => Refusal::RolesChange,
            Permission::MembersRemove => Refusal::MembersRemove,
            Permission::MembersDeactivate => Refusal::MembersDeactivate,
            Permission::TeamSettings => Refusal::TeamSettings,
            Permission::OwnershipTransfer => Refusal::OwnershipTransfer,
            Permission::LinksManage => Refusal::LinksManage,
            Permission::ActivityView => Refusal::ActivityView,
            Permission::AnalyticsView => Refusal::AnalyticsView,
            Permission::ApiKeysManage => Refusal::ApiKeysManage,
            Permission::TeamDelete => Refusal::TeamDelete,
        }
    }
}

impl Policy {
    /// The sentence for a refusal: the policy's own words, else ours with its role names.
    pub fn refusal(&self, refusal: Refusal) -> String {
        self.sentences
            .get(&refusal)
            .cloned()
            .unwrap_or_else(|| self.built(refusal))
    }

    /// What the confirmation of a removal adds, where the policy makes removing permanent.
    pub fn removal_warning(&self) -> Option<&'static str> {
        match self.removal() {
            Removal::EndsAccess => None,
            Removal::Permanent => {
                Some("This is permanent and cannot be undone. Consider deactivating instead.")
            }
        }
    }

    fn built(&self, refusal: Refusal) -> String {
        let top = self
            .role(self.top_role())
            .map_or(self.top_role().as_str(), |role| role.name.as_str());
        match refusal {
            Refusal::MembersView => self.only(Permission::MembersView, "see the members"),
            Refusal::MembersInvite => self.only(Permission::MembersInvite, "send invitations"),
            Refusal::InvitationsManage => self.only(Permission::InvitationsManage, "manage invitations"),
            Refusal::RolesChange => self.only(Permission::RolesChange, "change roles"),
            Refusal::MembersRemove => self.only(Permission::MembersRemove, "remove members"),
            Refusal::MembersDeactivate => self.only(Permission::MembersDeactivate, "deactivate members"),
            Refusal::TeamSettings => self.only(Permission::TeamSettings, "change the team's settings"),
            Refusal::OwnershipTransfer => match self.transfer() {
                Transfer::Yes => self.only(Permission::OwnershipTransfer, "transfer ownership"),
                Transfer::Never => format!("The role {top} cannot be transferred."),
                Transfer::ByRoleChange => {
                    format!("There is nothing to transfer. Change another member's role to {top}.")
                }
            },
            Refusal::LinksManage => self.only(Permission::LinksManage, "manage invite links"),
            Refusal::ActivityView => self.only(Permission::ActivityView, "read the activity log"),
            Refusal::AnalyticsView => self.only(Permission::AnalyticsView, "see the insights"),
            Refusal::ApiKeysManage => self.only(Permission::ApiKeysManage, "manage API keys"),
            Refusal::TeamDelete => self.only(Permission::TeamDelete, "delete the team"),
            Refusal::InviteRole => "Your role does not let you invite somebody to that role.".to_owned(),
            Refusal::AssignRole => "Your role does not let you make that role change.".to_owned(),
            Refusal::RemoveRole => "Your role does not let you remove a member with that role.".to_owned(),
            Refusal::DeactivateRole => {
                "Your role does not let you deactivate a member with that role.".to_owned()
            }
            Refusal::OwnRole => "You cannot change your own role.".to_owned(),
            Refusal::SelfRemoval => match (self.self_removal(), self.transfer()) {
                (SelfRemoval::UseLeave, _) => {
                    "You cannot remove yourself. Leave the team instead.".to_owned()
                }
                (SelfRemoval::Refused, Transfer::Yes) => {
                    "Cannot remove yourself. Transfer ownership first.".to_owned()
                }
                (SelfRemoval::Refused, Transfer::Never | Transfer::ByRoleChange) => {
                    "You cannot remove yourself.".to_owned()
                }
            },
            Refusal::SelfDeactivation => "You cannot deactivate yourself.".to_owned(),
            Refusal::LastTop => {
                let way_out = match self.transfer() {
                    Transfer::Yes => " Transfer ownership first.".to_owned(),
                    Transfer::ByRoleChange => format!(" Change another member's role to {top} first."),
                    Transfer::Never => String::new(),
                };
                format!("A team must have at least one {top}.{way_out}")
            }
            Refusal::TopRole => match (self.holders(), self.transfer()) {
                (Holders::ExactlyOne, Transfer::Never) => {
                    format!("{top} role cannot be changed or transferred.")
                }
                (_, _) => format!("A change of role cannot give or take the role {top}."),
            },
            Refusal::TopRemoval => format!("The {top} cannot be removed or deactivated."),
            Refusal::Leave => {
                let leavers = self.leave().iter().filter_map(|key| self.role(key));
                match list(leavers.map(|role| role.plural.as_str()), "and") {
                    nobody if nobody.is_empty() => {
                        "Nobody leaves this team by themselves. Ask to be removed.".to_owned()
                    }
                    some => format!("Only {some} can leave the team by themselves."),
                }
            }
            Refusal::ExistingAccount => "Cannot invite users who already have accounts".to_owned(),
            Refusal::AlreadyInvited => {
                "This address already has a pending invitation. Resend it instead.".to_owned()
            }
            Refusal::LinkOff => "Invite links are turned off for this team.".to_owned(),
            Refusal::Plan => match list(self.plans().iter().map(|plan| plan.name.as_str()), "or") {
                none if none.is_empty() => "This team needs no plan.".to_owned(),
                plans => format!("Upgrade to a {plans} plan to use team features"),
            },
            Refusal::Seats => "Maximum team size reached for current plan".to_owned(),
        }
    }

    fn only(&self, permission: Permission, act: &str) -> String {
        let allowed = self
            .roles()
            .iter()
            .filter(|role| role.permissions.contains(&permission));
        match list(allowed.map(|role| role.plural.as_str()), "and") {
            nobody if nobody.is_empty() => format!("Nobody in this team can {act}."),
            some => format!("Only {some} can {act}."),
        }
    }
}

/// `A`, `A and B`, `A, B and C`.
fn list<'a>(words: impl Iterator<Item = &'a str>, conjunction: &str) -> String {
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [firsts @ .., last] => format!("{} {conjunction} {last}", firsts.join(", ")),
    }
}
