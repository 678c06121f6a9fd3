//! The rules of a policy that are not about one role: ownership, membership, invitations, links, plans, settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::role::RoleKey;

/// Who holds the top role, and how it changes hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ownership {
    /// The role that no team can be without.
    pub top_role: RoleKey,
    /// How many members hold it.
    pub holders: Holders,
    /// Whether it can be handed over.
    pub transfer: Transfer,
}

/// How many members hold the top role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holders {
    /// One or more, with equal rights.
    AtLeastOne,
    /// One, set when the team is created.
    ExactlyOne,
}

/// Whether the top role can be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// Its holder hands it over in an act of its own.
    Yes,
    /// It stays where it is.
    Never,
    /// There is no act for it: give somebody else the role.
    ByRoleChange,
}

/// Rules about people who are already in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRules {
    /// Whether a member may change their own role. No preset allows it.
    pub change_own_role: bool,
    /// What happens to somebody who tries to remove themselves.
    pub self_removal: SelfRemoval,
    /// Roles whose members may leave the team by themselves.
    pub leave: Vec<RoleKey>,
    /// What removing means.
    pub removal: Removal,
}

/// What happens to somebody who tries to remove themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfRemoval {
    /// It is refused.
    Refused,
    /// It is refused, and leaving is named as the way out.
    UseLeave,
}

/// What removing a member means. What they did stays in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// Access ends; a new invitation brings them back.
    EndsAccess,
    /// Access ends for good, so the confirmation suggests deactivating instead.
    Permanent,
}

/// Rules about invitations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationRules {
    /// The role offered when the inviter chooses none.
    pub default_role: RoleKey,
    /// What the inviter has to fill in.
    pub fields: Vec<InvitationField>,
    /// Days until an invitation expires.
    pub lifetime_days: u32,
    /// What a second invitation to an address with a pending one does.
    pub reinvite: Reinvite,
    /// What happens when the address belongs to an account.
    pub existing_accounts: ExistingAccounts,
    /// Seconds between two mails to the same address.
    pub resend_cooldown_seconds: u32,
    /// Whether resending an expired invitation starts its lifetime again.
    pub resend_revives: bool,
    /// Invitation mails per hour and team; resends count.
    pub hourly_limit: u32,
}

impl InvitationRules {
    /// Whether the inviter has to fill in this field.
    pub fn needs(&self, field: InvitationField) -> bool {
        self.fields.contains(&field)
    }
}

/// Something the inviter has to fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationField {
    /// The invited person's first name.
    FirstName,
    /// The invited person's last name.
    LastName,
    /// The address; every policy needs it.
    Email,
    /// The invited person's phone number.
    Phone,
    /// The role; every policy needs it.
    Role,
}

impl InvitationField {
    /// Whether every policy asks for it.
    pub(crate) fn is_of_every_policy(self) -> bool {
        matches!(self, Self::Email | Self::Role)
    }

    /// The phrase that people read beside the field.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::FirstName => "what-first-name",
            Self::LastName => "what-last-name",
            Self::Email => "what-email",
            Self::Phone => "what-phone",
            Self::Role => "what-role",
        }
    }
}

/// What a second invitation to an address with a pending one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reinvite {
    /// It takes the place of the pending one.
    Replaces,
    /// It is refused; the pending one can be resent.
    Refused,
}

/// What happens when an invited address belongs to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExistingAccounts {
    /// That account joins this team too.
    Join,
    /// The invitation is refused.
    Refuse,
}

/// The shareable invite link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRules {
    /// Whether the team may have invite links.
    pub enabled: bool,
    /// The role that joining by link gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleKey>,
}

/// Mails that the policy switches on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailRules {
    /// Whether a member gets a mail when their role changes.
    pub role_change: bool,
    /// Whether answers to an invitation reach whoever invited, who shows their address thereby.
    #[serde(default)]
    pub replies_to_inviter: bool,
}

/// A plan with which team features can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The key that the team stores.
    pub key: String,
    /// What people read: `Pro`.
    pub name: String,
    /// Active members plus pending invitations, at most; no cap when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
}

/// A named switch that lets roles invite more roles than they do by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What it is addressed by.
    pub key: String,
    /// What people read.
    pub name: String,
    /// What changes when it is on.
    pub description: String,
    /// Whether it is on.
    pub on: bool,
    /// While it is on: inviting role to the roles added to those it may offer.
    pub invites: BTreeMap<RoleKey, Vec<RoleKey>>,
}
