//! What makes a policy whole: rules that hold between its parts, each with the place of the mistake.

use super::fault::{Check, Fault, Step, at, ensure, fault, key, repeated, text};
use super::role::is_key;
use super::{Holders, InvitationField, Permission, Policy, Role, RoleKey, SelfRemoval, Transfer};

/// A select menu in Discord has at most this many choices, and every role has to fit in one.
const MAX_ROLES: usize = 25;
/// The longest description that such a choice can carry.
const MAX_DESCRIPTION: usize = 100;
const MAX_NAME: usize = 32;
const MAX_SENTENCE: usize = 200;
const MAX_PRODUCT_PERMISSION: usize = 64;

/// What one list of roles inside a role stands for.
struct Reach {
    list: &'static str,
    permission: Permission,
    /// Whether the listed roles are given away, rather than acted upon.
    grants: bool,
    roles: fn(&Role) -> &[RoleKey],
}

const REACHES: [Reach; 5] = [
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

    fn check_members(&self) -> Check {
        let leave = &self.members.leave;
        if let Some(nth) = repeated(leave) {
            return Err(fault(
                at!["members", "leave", nth],
                format!("role `{}` is listed twice", leave[nth]),
            ));
        }
        for (nth, role) in leave.iter().enumerate() {
            let place = || at!["members", "leave", nth];
            self.known(role, place)?;
            ensure(
                self.holders() != Holders::ExactlyOne || !self.is_top(role),
                place,
                || format!("`{role}` has exactly one holder, who cannot leave"),
            )?;
        }
        ensure(
            self.self_removal() != SelfRemoval::UseLeave || !leave.is_empty(),
            || at!["members", "self_removal"],
            || "`use_leave` points people to leaving, but `leave` lists no role".to_owned(),
        )
    }

    fn check_invitation(&self) -> Check {
        let rules = &self.invitation;
        let default = &rules.default_role;
        self.known(default, || at!["invitation", "default_role"])?;
        ensure(
            self.holders() != Holders::ExactlyOne || !self.is_top(default),
            || at!["invitation", "default_role"],
            || format!("`{default}` has exactly one holder, so invitations cannot offer it"),
        )?;
        if let Some(nth) = repeated(&rules.fields) {
            return Err(fault(
                at!["invitation", "fields", nth],
                "this field is listed twice",
            ));
        }
        ensure(
            rules.needs(InvitationField::Email) && rules.needs(InvitationField::Role),
            || at!["invitation", "fields"],
            || "`email` and `role` are always needed".to_owned(),
        )?;
        for (key, value, least, most) in [
            ("lifetime_days", rules.lifetime_days, 1, 90),
            (
                "resend_cooldown_seconds",
                rules.resend_cooldown_seconds,
                60,
                86_400,
            ),
            ("hourly_limit", rules.hourly_limit, 1, 1_000),
        ] {
            ensure(
                (least..=most).contains(&value),
                || at!["invitation", key],
                || format!("`{key}` is {least} to {most}"),
            )?;
        }
        Ok(())
    }

    fn check_link(&self) -> Check {
        let Some(role) = &self.link.role else {
            return ensure(
                !self.link.enabled,
                || at!["link", "enabled"],
                || "an invite link needs the `role` it gives".to_owned(),
            );
        };
        self.known(role, || at!["link", "role"])?;
        ensure(
            !self.is_top(role),
            || at!["link", "role"],
            || format!("an invite link cannot give the top role `{role}`"),
        )
    }

    fn check_plans(&self) -> Check {
        for (index, plan) in self.plans.iter().enumerate() {
            key(&plan.key, || at!["plan", index, "key"])?;
            ensure(
                self.plans[..index].iter().all(|other| other.key != plan.key),
                || at!["plan", index, "key"],
                || format!("plan `{}` is defined twice", plan.key),
            )?;
            text(&plan.name, MAX_NAME, || at!["plan", index, "name"])?;
            ensure(
                plan.seats != Some(0),
                || at!["plan", index, "seats"],
                || "a plan has at least one seat; leave `seats` out for no cap".to_owned(),
            )?;
        }
        Ok(())
    }

    fn check_settings(&self) -> Check {
        for (index, setting) in self.settings.iter().enumerate() {
            key(&setting.key, || at!["setting", index, "key"])?;
            ensure(
                self.settings[..index]
                    .iter()
                    .all(|other| other.key != setting.key),
                || at!["setting", index, "key"],
                || format!("setting `{}` is defined twice", setting.key),
            )?;
            text(&setting.name, MAX_NAME, || at!["setting", index, "name"])?;
            text(&setting.description, MAX_DESCRIPTION, || {
                at!["setting", index, "description"]
            })?;
            ensure(
                !setting.invites.is_empty(),
                || at!["setting", index],
                || format!("setting `{}` changes nothing", setting.key),
            )?;
            for (inviter, added) in &setting.invites {
                let place = || at!["setting", index, "invites", inviter.as_str()];
                let role = self.known(inviter, place)?;
                ensure(
                    role.permissions.contains(&Permission::MembersInvite),
                    place,
                    || format!("role `{inviter}` does not hold `members.invite`, so nothing can widen it"),
                )?;
                ensure(!added.is_empty(), place, || {
                    format!("no role is added for `{inviter}`")
                })?;
                for (nth, target) in added.iter().enumerate() {
                    let place = || at!["setting", index, "invites", inviter.as_str(), nth];
                    self.check_target(role, target, "invites", true, place)?;
                }
            }
        }
        Ok(())
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
