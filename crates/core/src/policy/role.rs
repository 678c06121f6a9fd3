//! Roles, their keys, and the permissions that Muster itself understands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The key of a role within one policy, such as `owner`.
///
/// It is stored beside members and invitations, so it stays short and plain: a lower case letter, then up to
/// 31 lower case letters, digits or underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct RoleKey(String);

/// The text is not a role key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a role key: use a lower case letter, then up to 31 lower case letters, digits or underscores"
)]
pub struct InvalidRoleKey(String);

impl RoleKey {
    /// Reads a key, or says why it is none.
    pub fn parse(text: &str) -> Result<RoleKey, InvalidRoleKey> {
        if is_key(text) {
            Ok(RoleKey(text.to_owned()))
        } else {
            Err(InvalidRoleKey(shown(text)))
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RoleKey {
    type Error = InvalidRoleKey;

    fn try_from(text: String) -> Result<RoleKey, InvalidRoleKey> {
        RoleKey::parse(&text)
    }
}

impl From<RoleKey> for String {
    fn from(key: RoleKey) -> String {
        key.0
    }
}

/// The shape of every key in a policy: roles, settings and plans.
pub(super) fn is_key(text: &str) -> bool {
    text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Foreign text as it may appear in an error: short, and without control characters.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// What Muster's own commands, pages and API ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Permission {
    /// See the members.
    MembersView,
    /// Send invitations, and see the addresses of members.
    MembersInvite,
    /// Open, resend and revoke invitations.
    InvitationsManage,
    /// Change the roles of members.
    RolesChange,
    /// Remove members.
    MembersRemove,
    /// Deactivate and reactivate members.
    MembersDeactivate,
    /// Change the team's settings, its policy included.
    TeamSettings,
    /// Hand over the top role.
    OwnershipTransfer,
    /// Create and disable invite links.
    LinksManage,
    /// Read the activity log.
    ActivityView,
    /// Read the insights.
    AnalyticsView,
    /// Create, rotate and revoke API keys.
    ApiKeysManage,
    /// Delete the team.
    TeamDelete,
}

/// The text is not the name of a permission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("permission `{0}` is not known; there are {known}", known = known_permissions())]
pub struct UnknownPermission(String);

impl Permission {
    /// Every permission, in the order in which they are shown.
    pub const ALL: [Permission; 13] = [
        Permission::MembersView,
        Permission::MembersInvite,
        Permission::InvitationsManage,
        Permission::RolesChange,
        Permission::MembersRemove,
        Permission::MembersDeactivate,
        Permission::TeamSettings,
        Permission::OwnershipTransfer,
        Permission::LinksManage,
        Permission::ActivityView,
        Permission::AnalyticsView,
        Permission::ApiKeysManage,
        Permission::TeamDelete,
    ];

    /// The name used in policies, in the API and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::MembersView => "members.view",
            Permission::MembersInvite => "members.invite",
            Permission::InvitationsManage => "invitations.manage",
            Permission::RolesChange => "roles.change",
            Permission::MembersRemove => "members.remove",
            Permission::MembersDeactivate => "members.deactivate",
            Permission::TeamSettings => "team.settings",
            Permission::OwnershipTransfer => "ownership.transfer",
            Permission::LinksManage => "links.manage",
            Permission::ActivityView => "activity.view",
            Permission::AnalyticsView => "analytics.view",
            Permission::ApiKeysManage => "api_keys.manage",
            Permission::TeamDelete => "team.delete",
        }
    }

    /// The permission with this name.
    pub fn parse(name: &str) -> Result<Permission, UnknownPermission> {
        Permission::ALL
            .into_iter()
            .find(|permission| permission.as_str() == name)
            .ok_or_else(|| UnknownPermission(shown(name)))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Permission {
    type Error = UnknownPermission;

    fn try_from(name: String) -> Result<Permission, UnknownPermission> {
        Permission::parse(&name)
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> String {
        permission.as_str().to_owned()
    }
}

fn known_permissions() -> String {
    Permission::ALL.map(Permission::as_str).join(", ")
}

/// One role: what it is called, what it may do, and to whom.
///
/// The lists of roles say *whom* a permission reaches: `roles.change` without the role in `changes` does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The key that members and invitations store.
    pub key: RoleKey,
    /// What people read: `Owner`.
    pub name: String,
    /// More than one of them: `Owners`.
    pub plural: String,
    /// One line for the person who chooses a role.
    pub description: String,
    /// What Muster lets this role do.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    /// What the host product lets this role do; stored and answered, not interpreted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product: Vec<String>,
    /// Roles it may offer in an invitation, before any setting widens this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invites: Vec<RoleKey>,
    /// Roles whose members it may move to another role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RoleKey>,
    /// Roles it may move them to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigns: Vec<RoleKey>,
    /// Roles whose members it may remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<RoleKey>,
    /// Roles whose members it may deactivate and reactivate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deactivates: Vec<RoleKey>,
}
