//! The rules of one team as data: roles, permissions, who may what to whom, invitations, ownership, plans.
//!
//! The presets differ only in their data, so no rule of a preset is written in code. Everything here is a pure
//! function of that data. What depends on rows (is this the last owner? is that member me? how many mails this
//! hour?) is asked where the rows are, and answered with the rules read from here.
//!
//! A policy comes from [`Policy::from_toml`] and is valid as a whole. Deserialising checks the shape only: whoever
//! reads a policy from anywhere but our own storage calls [`Policy::validate`] before using it.

mod diff;
mod fault;
mod parse;
mod preset;
mod reach;
mod role;
mod rules;
mod sentence;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Rule};
pub use diff::{Difference, summary};

pub use parse::PolicyError;
pub use preset::{Preset, Presets};
pub use role::{InvalidRoleKey, Permission, Role, RoleKey, UnknownPermission};
pub use rules::{
    ExistingAccounts, Holders, InvitationField, InvitationRules, LinkRules, MailRules, MemberRules,
    Ownership, Plan, Reinvite, Removal, SelfRemoval, Setting, Transfer,
};
pub use sentence::Refusal;

/// The rules of one team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    name: String,
    summary: String,
    ownership: Ownership,
    members: MemberRules,
    invitation: InvitationRules,
    link: LinkRules,
    mail: MailRules,
    #[serde(rename = "role")]
    roles: Vec<Role>,
    #[serde(default, rename = "plan", skip_serializing_if = "Vec::is_empty")]
    plans: Vec<Plan>,
    #[serde(default, rename = "setting", skip_serializing_if = "Vec::is_empty")]
    settings: Vec<Setting>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sentences: BTreeMap<Refusal, String>,
}

/// What a mail needs of a policy, without reading the rest.
#[derive(Debug, Deserialize)]
pub(crate) struct Excerpt {
    mail: MailRules,
    #[serde(rename = "role")]
    roles: Vec<RoleName>,
}

#[derive(Debug, Deserialize)]
struct RoleName {
    key: RoleKey,
    name: String,
}

impl Excerpt {
    /// Whether answers to an invitation reach whoever invited.
    pub(crate) fn replies_to_inviter(&self) -> bool {
        self.mail.replies_to_inviter
    }

    /// The name of a role; of one that the policy has lost, its key.
    pub(crate) fn role_name(&self, key: &RoleKey) -> String {
        let found = self.roles.iter().find(|role| role.key == *key);
        found.map_or_else(|| key.to_string(), |role| role.name.clone())
    }
}

impl Policy {
    /// Whether the rules make sense together. A policy read by [`Policy::from_toml`] has passed this.
    pub fn validate(&self) -> Result<(), PolicyError> {
        Ok(self.check()?)
    }

    /// What people call this policy.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in one line.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// All roles, highest first.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The name of a role; of one that the policy has lost, its key.
    pub fn role_name(&self, key: &RoleKey) -> String {
        self.role(key)
            .map_or_else(|| key.to_string(), |role| role.name.clone())
    }

    /// The role with a key.
    pub fn role(&self, key: &RoleKey) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == *key)
    }

    /// The role that somebody means by its key or its name, however they write it.
    pub fn role_named(&self, text: &str) -> Result<RoleKey, Error> {
        let text = text.trim();
        self.roles
            .iter()
            .find(|role| role.key.as_str().eq_ignore_ascii_case(text) || role.name.eq_ignore_ascii_case(text))
            .map(|role| role.key.clone())
            .ok_or_else(|| {
                let role = text.chars().take(32).collect();
                Rule::RoleUnknown { role }.into()
            })
    }

    /// The role that no team can be without.
    pub fn top_role(&self) -> &RoleKey {
        &self.ownership.top_role
    }

    /// Whether this is the role that no team can be without.
    pub fn is_top(&self, role: &RoleKey) -> bool {
        *self.top_role() == *role
    }

    /// How many members hold the top role.
    pub fn holders(&self) -> Holders {
        self.ownership.holders
    }

    /// Whether the top role can be handed over.
    pub fn transfer(&self) -> Transfer {
        self.ownership.transfer
    }

    /// The role an invitation offers when the inviter chooses none. Not everybody may grant it: see
    /// [`Policy::default_role_for`].
    pub fn default_role(&self) -> &RoleKey {
        &self.invitation.default_role
    }

    /// The default role if this inviter may grant it, else the lowest role they may grant.
    pub fn default_role_for(&self, inviter: &RoleKey) -> Option<&RoleKey> {
        let offers = self.invitable_by(inviter);
        let default = offers.iter().find(|role| role.key == *self.default_role());
        default.or(offers.last()).map(|role| &role.key)
    }

    /// Whether the role holds one of Muster's permissions.
    pub fn allows(&self, role: &RoleKey, permission: Permission) -> bool {
        self.role(role)
            .is_some_and(|role| role.permissions.contains(&permission))
    }

    /// Whether the role holds a permission of the host product.
    pub fn product_allows(&self, role: &RoleKey, permission: &str) -> bool {
        self.role(role)
            .is_some_and(|role| role.product.iter().any(|held| held == permission))
    }

    /// Whether `inviter` may offer the role `offered`, with the settings as they are.
    pub fn may_invite(&self, inviter: &RoleKey, offered: &RoleKey) -> bool {
        let widened = || {
            let on = self.settings.iter().filter(|setting| setting.on);
            on.filter_map(|setting| setting.invites.get(inviter))
                .any(|added| added.contains(offered))
        };
        self.reaches(inviter, Permission::MembersInvite, |role| {
            role.invites.contains(offered) || widened()
        })
    }

    /// The roles that `inviter` may offer, highest first.
    pub fn invitable_by(&self, inviter: &RoleKey) -> Vec<&Role> {
        self.roles
            .iter()
            .filter(|role| self.may_invite(inviter, &role.key))
            .collect()
    }

    /// Whether `actor` may move another member from one role to another. Moving to the same role is no change.
    pub fn may_change_role(&self, actor: &RoleKey, from: &RoleKey, to: &RoleKey) -> bool {
        from != to
            && self.reaches(actor, Permission::RolesChange, |role| {
                role.changes.contains(from) && role.assigns.contains(to)
            })
    }

    /// The roles to which `actor` may move a member who has the role `from`, highest first.
    pub fn assignable_by(&self, actor: &RoleKey, from: &RoleKey) -> Vec<&Role> {
        self.roles
            .iter()
            .filter(|role| self.may_change_role(actor, from, &role.key))
            .collect()
    }

    /// Whether a member may change their own role, as far as [`Policy::may_change_role`] reaches.
    pub fn may_change_own_role(&self) -> bool {
        self.members.change_own_role
    }

    /// Whether `actor` may remove another member who has the role `target`.
    pub fn may_remove(&self, actor: &RoleKey, target: &RoleKey) -> bool {
        self.reaches(actor, Permission::MembersRemove, |role| {
            role.removes.contains(target)
        })
    }

    /// Whether `actor` may deactivate and reactivate another member who has the role `target`.
    pub fn may_deactivate(&self, actor: &RoleKey, target: &RoleKey) -> bool {
        self.reaches(actor, Permission::MembersDeactivate, |role| {
            role.deactivates.contains(target)
        })
    }

    /// Whether members with this role may leave by themselves.
    pub fn may_leave(&self, role: &RoleKey) -> bool {
        self.members.leave.contains(role)
    }

    /// The roles whose members may leave by themselves; empty when nobody may.
    pub fn leave(&self) -> &[RoleKey] {
        &self.members.leave
    }

    /// What happens to somebody who tries to remove themselves.
    pub fn self_removal(&self) -> SelfRemoval {
        self.members.self_removal
    }

    /// What removing a member means.
    pub fn removal(&self) -> Removal {
        self.members.removal
    }

    /// The rules about invitations.
    pub fn invitation(&self) -> &InvitationRules {
        &self.invitation
    }

    /// The rules about the share link.
    pub fn link(&self) -> &LinkRules {
        &self.link
    }

    /// The role that joining by link gives; none when links are off.
    pub fn link_role(&self) -> Option<&RoleKey> {
        self.link.role.as_ref().filter(|_| self.link.enabled)
    }

    /// The mails that the policy switches on.
    pub fn mails(&self) -> &MailRules {
        &self.mail
    }

    /// The plans with which team features can be used; empty when no plan is needed.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Whether a team with this plan may use team features.
    pub fn plan_suffices(&self, plan: Option<&str>) -> bool {
        self.plans.is_empty() || self.plan(plan).is_some()
    }

    /// The most active members plus pending invitations under this plan; none when there is no cap.
    pub fn seats(&self, plan: Option<&str>) -> Option<u32> {
        self.plan(plan).and_then(|plan| plan.seats)
    }

    /// The switches of this policy.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// This policy with another default role; whether that makes sense is for [`Policy::validate`] to say.
    pub fn with_default_role(&self, role: &RoleKey) -> Policy {
        let mut policy = self.clone();
        policy.invitation.default_role = role.clone();
        policy
    }

    /// This policy with answers to invitations reaching whoever invited, or not.
    pub fn with_replies_to_inviter(&self, on: bool) -> Policy {
        let mut policy = self.clone();
        policy.mail.replies_to_inviter = on;
        policy
    }

    /// This policy with one switch turned; none when it has no such switch.
    pub fn with_setting(&self, key: &str, on: bool) -> Option<Policy> {
        let mut policy = self.clone();
        policy.settings.iter_mut().find(|setting| setting.key == key)?.on = on;
        Some(policy)
    }

    fn plan(&self, key: Option<&str>) -> Option<&Plan> {
        self.plans.iter().find(|plan| Some(plan.key.as_str()) == key)
    }

    fn reaches(&self, actor: &RoleKey, permission: Permission, reach: impl FnOnce(&Role) -> bool) -> bool {
        self.allows(actor, permission) && self.role(actor).is_some_and(reach)
    }
}
