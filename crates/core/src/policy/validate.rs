//! What makes a policy whole: rules that hold between its parts, each with the place of the mistake.

mod parts;

use super::fault::{Check, Fault, Step, at, ensure, fault, repeated, text};
use super::role::is_key;
use super::{Holders, Permission, Policy, Role, RoleKey, Transfer};

/// A select menu in Discord has at most this many choices, and every role has to fit in one.
const MAX_ROLES: usize = 25;
/// The longest description that such a choice can carry.
const MAX_DESCRIPTION: usize = 100;
const MAX_NAME: usize = 32;
const MAX_SENTENCE: usize = 200;
const MAX_PRODUCT_PERMISSION: usize = 64;

/// What one list of roles inside a role stands for.
pub(super) struct Reach {
    list: &'static str,
    permission: Permission,
    /// Whether the listed roles are given away, rather than acted upon.
    grants: bool,
    pub(super) roles: fn(&Role) -> &[RoleKey],
}

pub(super) const REACHES: [Reach; 5] = [
    Reach {
        list: "invites",
        permission: Permission::MembersInvite,
        grants: true,
        roles: |r| &r.invites,
    },
    Reach {
        list: "changes",
        permission: Permission::RolesChange,
        grants: false,
        roles: |r| &r.changes,
    },
    Reach {
        list: "assigns",
        permission: Permission::RolesChange,
        grants: true,
        roles: |r| &r.assigns,
    },
    Reach {
        list: "removes",
        permission: Permission::MembersRemove,
        grants: false,
        roles: |r| &r.removes,
    },
    Reach {
        list: "deactivates",
        permission: Permission::MembersDeactivate,
        grants: false,
        roles: |r| &r.deactivates,
    },
];

impl Policy {
    pub(super) fn check(&self) -> Check {
        text(&self.name, MAX_NAME, || at!["name"])?;
        text(&self.summary, MAX_DESCRIPTION, || at!["summary"])?;
        self.check_roles()?;
        self.check_ownership()?;
        for (index, role) in self.roles.iter().enumerate() {
            for reach in &REACHES {
                self.check_reach(index, role, reach)?;
            }
        }
        self.check_ways_to_the_top()?;
        self.check_members()?;
        self.check_invitation()?;
        self.check_link()?;
        self.check_plans()?;
        self.check_settings()?;
        for (refusal, sentence) in &self.sentences {
            let key = toml::Value::try_from(refusal).ok();
            let key = key.as_ref().and_then(toml::Value::as_str).unwrap_or_default();
            text(sentence, MAX_SENTENCE, || at!["sentences", key])?;
        }
        Ok(())
    }

    fn check_roles(&self) -> Check {
        ensure(
            (1..=MAX_ROLES).contains(&self.roles.len()),
            || at!["role"],
            || format!("a policy defines 1 to {MAX_ROLES} roles"),
        )?;
        for (index, role) in self.roles.iter().enumerate() {
            let key = &role.key;
            let earlier = &self.roles[..index];
            ensure(
                earlier.iter().all(|other| other.key != *key),
                || at!["role", index, "key"],
                || format!("role `{key}` is defined twice"),
            )?;
            ensure(
                earlier
                    .iter()
                    .all(|other| other.name.to_lowercase() != role.name.to_lowercase()),
                || at!["role", index, "name"],
                || format!("two roles are called `{}`", role.name),
            )?;
            text(&role.name, MAX_NAME, || at!["role", index, "name"])?;
            text(&role.plural, MAX_NAME, || at!["role", index, "plural"])?;
            text(&role.description, MAX_DESCRIPTION, || {
                at!["role", index, "description"]
            })?;
            if let Some(nth) = repeated(&role.permissions) {
                let reason = format!("permission `{}` is listed twice", role.permissions[nth]);
                return Err(fault(at!["role", index, "permissions", nth], reason));
            }
            if let Some(nth) = repeated(&role.product) {
                let reason = format!("permission `{}` is listed twice", role.product[nth]);
                return Err(fault(at!["role", index, "product", nth], reason));
            }
            for (nth, name) in role.product.iter().enumerate() {
                let place = || at!["role", index, "product", nth];
                let well_formed = name.len() <= MAX_PRODUCT_PERMISSION && name.split('.').all(is_key);
                ensure(well_formed, place, || {
                    "a product permission is made of lower case words joined by dots, such as `reports.view`"
                        .to_owned()
                })?;
                ensure(Permission::parse(name).is_err(), place, || {
                    format!("`{name}` is one of Muster's permissions: list it under `permissions`")
                })?;
            }
        }
        Ok(())
    }

    fn check_ownership(&self) -> Check {
        let top = self.top_role();
        self.known(top, || at!["ownership", "top_role"])?;
        ensure(
            self.rank(top) == Some(0),
            || at!["ownership", "top_role"],
            || format!("the top role `{top}` has to be the first role"),
        )?;
        ensure(
            self.allows(top, Permission::TeamSettings),
            || at!["role", 0, "permissions"],
            || format!("`{top}` needs `team.settings`, or nobody could change this policy again"),
        )?;
        for (index, role) in self.roles.iter().enumerate() {
            let nth = role
                .permissions
                .iter()
                .position(|held| *held == Permission::OwnershipTransfer);
            match (self.transfer(), nth) {
                (Transfer::Yes, Some(nth)) => ensure(
                    index == 0,
                    || at!["role", index, "permissions", nth],
                    || format!("only `{top}` can hold `ownership.transfer`"),
                )?,
                (Transfer::Yes, None) => ensure(
                    index != 0,
                    || at!["ownership", "transfer"],
                    || format!("`{top}` needs `ownership.transfer` when the top role can be transferred"),
                )?,
                (Transfer::Never | Transfer::ByRoleChange, Some(nth)) => {
                    let reason = "`ownership.transfer` means something only with `transfer = \"yes\"`";
                    return Err(fault(at!["role", index, "permissions", nth], reason));
                }
                (Transfer::Never | Transfer::ByRoleChange, None) => {}
            }
        }
        Ok(())
    }

    fn check_reach(&self, index: usize, role: &Role, reach: &Reach) -> Check {
        let Reach {
            list,
            permission,
            grants,
            roles,
        } = reach;
        let targets = roles(role);
        let place = || at!["role", index, *list];
        if let Some(nth) = repeated(targets) {
            let reason = format!("role `{}` is listed twice", targets[nth]);
            return Err(fault(at!["role", index, *list, nth], reason));
        }
        for (nth, target) in targets.iter().enumerate() {
            self.check_target(role, target, list, *grants, || at!["role", index, *list, nth])?;
        }
        if targets.is_empty() {
            // A setting can be all that lets a role invite.
            let widened =
                *list == "invites" && self.settings.iter().any(|s| s.invites.contains_key(&role.key));
            ensure(widened || !role.permissions.contains(permission), place, || {
                format!(
                    "role `{}` holds `{permission}`, but its `{list}` lists no role",
                    role.key
                )
            })
        } else {
            ensure(role.permissions.contains(permission), place, || {
                format!(
                    "role `{}` lists roles in `{list}`, but does not hold `{permission}`",
                    role.key
                )
            })
        }
    }

    /// One role in a list of `actor`: known, not above `actor`, not out of reach for everybody, and, when it is
    /// given away, holding nothing that `actor` does not hold.
    fn check_target(
        &self,
        actor: &Role,
        target: &RoleKey,
        list: &str,
        grants: bool,
        place: impl Fn() -> Vec<Step>,
    ) -> Check {
        self.known(target, &place)?;
        ensure(self.rank(target) >= self.rank(&actor.key), &place, || {
            format!(
                "role `{}` cannot list `{target}` in `{list}`: it ranks above",
                actor.key
            )
        })?;
        ensure(
            self.holders() != Holders::ExactlyOne || !self.is_top(target),
            &place,
            || format!("`{target}` has exactly one holder, so `{list}` cannot list it"),
        )?;
        let granted = self.role(target).filter(|_| grants);
        let beyond = granted.and_then(|role| {
            role.permissions
                .iter()
                .find(|held| !actor.permissions.contains(held))
        });
        match beyond {
            None => Ok(()),
            Some(held) => {
                let reason = format!(
                    "role `{}` cannot give `{target}`, which holds `{held}`: it does not",
                    actor.key
                );
                Err(fault(place(), reason))
            }
        }
    }

    fn check_ways_to_the_top(&self) -> Check {
        let top = self.top_role();
        let by_role_change = self.transfer() == Transfer::ByRoleChange;
        ensure(
            !by_role_change || self.roles.iter().any(|role| role.assigns.contains(top)),
            || at!["ownership", "transfer"],
            || format!("the top role passes by role change, but no role lists `{top}` in `assigns`"),
        )
    }

    fn known(&self, key: &RoleKey, place: impl Fn() -> Vec<Step>) -> Result<&Role, Fault> {
        self.role(key)
            .ok_or_else(|| fault(place(), format!("role `{key}` is not defined")))
    }

    /// 0 for the highest role.
    fn rank(&self, key: &RoleKey) -> Option<usize> {
        self.roles.iter().position(|role| role.key == *key)
    }
}
