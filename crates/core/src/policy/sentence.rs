//! What people read when a policy says no.
//!
//! The phrases are filled in with the policy's own role names, so an edited policy never talks about roles it does not
//! have. A policy may put its own words in their place.

use serde::{Deserialize, Serialize};

use super::{Holders, Permission, Policy, Role, SelfRemoval, Transfer};
use crate::message;
use crate::message::{Arg, Message};

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
    /// What is said about a refusal: the policy's own words, else ours with its role names.
    pub fn refusal(&self, refusal: Refusal) -> Message {
        match self.sentences.get(&refusal) {
            Some(own) => Message::own(own),
            None => self.built(refusal),
        }
    }

    fn built(&self, refusal: Refusal) -> Message {
        let top = || self.role_name(self.top_role());
        match refusal {
            Refusal::MembersView => self.only(Permission::MembersView, "members-view"),
            Refusal::MembersInvite => self.only(Permission::MembersInvite, "members-invite"),
            Refusal::InvitationsManage => self.only(Permission::InvitationsManage, "invitations-manage"),
            Refusal::RolesChange => self.only(Permission::RolesChange, "roles-change"),
            Refusal::MembersRemove => self.only(Permission::MembersRemove, "members-remove"),
            Refusal::MembersDeactivate => self.only(Permission::MembersDeactivate, "members-deactivate"),
            Refusal::TeamSettings => self.only(Permission::TeamSettings, "team-settings"),
            Refusal::OwnershipTransfer => match self.transfer() {
                Transfer::Yes => self.only(Permission::OwnershipTransfer, "ownership-transfer"),
                Transfer::Never => message!("top-not-transferred", role = top()),
                Transfer::ByRoleChange => message!("nothing-to-transfer", role = top()),
            },
            Refusal::LinksManage => self.only(Permission::LinksManage, "links-manage"),
            Refusal::ActivityView => self.only(Permission::ActivityView, "activity-view"),
            Refusal::AnalyticsView => self.only(Permission::AnalyticsView, "analytics-view"),
            Refusal::ApiKeysManage => self.only(Permission::ApiKeysManage, "api-keys-manage"),
            Refusal::TeamDelete => self.only(Permission::TeamDelete, "team-delete"),
            Refusal::InviteRole => message!("invite-role"),
            Refusal::AssignRole => message!("assign-role"),
            Refusal::RemoveRole => message!("remove-role"),
            Refusal::DeactivateRole => message!("deactivate-role"),
            Refusal::OwnRole => message!("own-role"),
            Refusal::SelfRemoval => match (self.self_removal(), self.transfer()) {
                (SelfRemoval::UseLeave, _) => message!("self-remove-leave"),
                (SelfRemoval::Refused, Transfer::Yes) => message!("self-remove-transfer"),
                (SelfRemoval::Refused, Transfer::Never | Transfer::ByRoleChange) => message!("self-remove"),
            },
            Refusal::SelfDeactivation => message!("self-deactivate"),
            Refusal::LastTop => match self.transfer() {
                Transfer::Yes => message!("last-top-transfer", role = top()),
                Transfer::ByRoleChange => message!("last-top-change", role = top()),
                Transfer::Never => message!("last-top", role = top()),
            },
            Refusal::TopRole => match (self.holders(), self.transfer()) {
                (Holders::ExactlyOne, Transfer::Never) => message!("top-fixed", role = top()),
                (_, _) => message!("top-not-by-change", role = top()),
            },
            Refusal::TopRemoval => message!("top-not-removed", role = top()),
            Refusal::Leave => {
                let leavers = self.leave().iter().filter_map(|key| self.role(key));
                match plurals(leavers) {
                    nobody if nobody.is_empty() => message!("leave-nobody"),
                    some => message!("leave-only", roles = Arg::All(some)),
                }
            }
            Refusal::ExistingAccount => message!("existing-account"),
            Refusal::AlreadyInvited => message!("pending-already"),
            Refusal::LinkOff => message!("link-off"),
            Refusal::Plan if self.plans().is_empty() => message!("plan-none"),
            Refusal::Plan => {
                let plans = self.plans().iter().map(|plan| plan.name.clone()).collect();
                message!("plan-needed", plans = Arg::OneOf(plans))
            }
            Refusal::Seats => message!("seats-taken"),
        }
    }

    /// `Only Owners can …`, where `act` chooses the rest of the sentence.
    fn only(&self, permission: Permission, act: &'static str) -> Message {
        let allowed = self
            .roles()
            .iter()
            .filter(|role| role.permissions.contains(&permission));
        match plurals(allowed) {
            nobody if nobody.is_empty() => message!("only-nobody", act = Arg::word(act)),
            some => message!("only-roles", roles = Arg::All(some), act = Arg::word(act)),
        }
    }
}

fn plurals<'a>(roles: impl Iterator<Item = &'a Role>) -> Vec<String> {
    roles.map(|role| role.plural.clone()).collect()
}
