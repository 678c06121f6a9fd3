//! The checks of what is not about one role: membership, invitations, links, plans and settings.

use super::{MAX_DESCRIPTION, MAX_NAME};
use crate::policy::fault::{Check, at, ensure, fault, key, repeated, text};
use crate::policy::{Holders, InvitationField, Permission, Policy, SelfRemoval};

/// Discord completes an option with at most 25 choices, and one of them is no plan at all.
const MAX_PLANS: usize = 24;
/// The buttons of the settings fill two rows of a card.
const MAX_SETTINGS: usize = 10;

impl Policy {
    pub(super) fn check_members(&self) -> Check {
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

    pub(super) fn check_invitation(&self) -> Check {
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

    pub(super) fn check_link(&self) -> Check {
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

    pub(super) fn check_plans(&self) -> Check {
        ensure(
            self.plans.len() <= MAX_PLANS,
            || at!["plan", MAX_PLANS],
            || format!("a policy defines at most {MAX_PLANS} plans"),
        )?;
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

    pub(super) fn check_settings(&self) -> Check {
        ensure(
            self.settings.len() <= MAX_SETTINGS,
            || at!["setting", MAX_SETTINGS],
            || format!("a policy defines at most {MAX_SETTINGS} settings"),
        )?;
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
}
