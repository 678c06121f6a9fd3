//! The columns `workspace`, `company` and `business`, where they differ from the two presets that ship.

use super::super::*;
use super::*;

fn workspace() -> Policy {
    Policy::from_toml(fixtures::WORKSPACE).expect("the workspace fixture is valid")
}

fn company() -> Policy {
    Policy::from_toml(fixtures::COMPANY).expect("the company fixture is valid")
}

fn business() -> Policy {
    Policy::from_toml(fixtures::BUSINESS).expect("the business fixture is valid")
}

#[test]
fn what_all_presets_share_holds_in_these_three() {
    for policy in [workspace(), company(), business()] {
        let rules = policy.invitation();
        assert_eq!(
            (
                rules.lifetime_days,
                rules.hourly_limit,
                rules.resend_cooldown_seconds
            ),
            (7, 20, 60)
        );
        assert!(rules.resend_revives);
        assert_eq!(rules.reinvite, Reinvite::Replaces);
        assert!(!policy.may_change_own_role());
        assert!(!who(&policy, |r| policy.allows(r, Permission::MembersDeactivate)).is_empty());
        assert!(who(&policy, |r| policy.allows(r, Permission::OwnershipTransfer)).is_empty());
    }
}

#[test]
fn workspace_has_one_owner_who_is_set_at_creation_and_never_changes() {
    let policy = workspace();
    assert_eq!(who(&policy, |_| true), ["owner", "moderator", "member"]);
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::ExactlyOne, Transfer::Never)
    );
    let owner = role("owner");
    for actor in policy.roles() {
        assert!(!policy.may_invite(&actor.key, &owner));
        assert!(!policy.may_remove(&actor.key, &owner));
        assert!(!policy.may_deactivate(&actor.key, &owner));
        assert!(policy.assignable_by(&actor.key, &owner).is_empty());
    }
    assert_eq!(
        policy.refusal(Refusal::TopRole),
        "Owner role cannot be changed or transferred."
    );
}

#[test]
fn workspace_owner_invites_moderators_and_members_and_a_moderator_invites_members() {
    let policy = workspace();
    assert_eq!(
        table(&policy, |a, b| policy.may_invite(a, b)),
        ["owner: moderator, member", "moderator: member"]
    );
}

#[test]
fn workspace_owner_and_moderators_change_roles_and_remove_but_never_the_owner() {
    let policy = workspace();
    let both = ["owner: moderator, member", "moderator: moderator, member"];
    assert_eq!(table(&policy, |a, b| policy.may_remove(a, b)), both);
    assert_eq!(
        role_changes(&policy),
        [
            "owner: moderator → member",
            "owner: member → moderator",
            "moderator: moderator → member",
            "moderator: member → moderator",
        ]
    );
}

#[test]
fn workspace_lets_any_member_but_the_owner_leave() {
    let policy = workspace();
    assert_eq!(who(&policy, |r| policy.may_leave(r)), ["moderator", "member"]);
    assert_eq!(policy.self_removal(), SelfRemoval::UseLeave);
    assert_eq!(
        policy.refusal(Refusal::SelfRemoval),
        "You cannot remove yourself. Leave the team instead."
    );
}

#[test]
fn workspace_has_a_share_link_for_members() {
    assert_eq!(workspace().link_role(), Some(&role("member")));
    assert_eq!(workspace().invitation().existing_accounts, ExistingAccounts::Join);
    assert_eq!(
        workspace().invitation().fields,
        [InvitationField::Email, InvitationField::Role]
    );
}

#[test]
fn workspace_members_use_content_moderators_manage_it_and_the_owner_pays() {
    let policy = workspace();
    let holders = |permission: &str| who(&policy, |r| policy.product_allows(r, permission)).join(", ");
    assert_eq!(holders("content.view"), "owner, moderator, member");
    assert_eq!(holders("content.interact"), "owner, moderator, member");
    assert_eq!(holders("posts.manage"), "owner, moderator");
    assert_eq!(holders("comments.moderate"), "owner, moderator");
    assert_eq!(holders("billing"), "owner");
    assert_eq!(holders("settings"), "owner");
}

#[test]
fn company_has_many_admins_and_the_role_passes_by_role_change() {
    let policy = company();
    assert_eq!(who(&policy, |_| true), ["admin", "manager", "user"]);
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::AtLeastOne, Transfer::ByRoleChange)
    );
    assert_eq!(
        policy.refusal(Refusal::LastTop),
        "A team must have at least one Admin. Change another member's role to Admin first."
    );
}

#[test]
fn company_manager_invites_users_until_the_setting_widens_it() {
    let policy = company();
    let invites = |policy: &Policy| table(policy, |a, b| policy.may_invite(a, b));
    assert_eq!(invites(&policy), ["admin: admin, manager, user", "manager: user"]);
    let wider = policy
        .with_setting("managers_invite_managers", true)
        .expect("the setting exists");
    assert_eq!(
        invites(&wider),
        ["admin: admin, manager, user", "manager: manager, user"]
    );
    assert_eq!(wider.validate(), Ok(()));
    assert_eq!(
        wider.with_setting("managers_invite_managers", false),
        Some(policy.clone())
    );
    assert_eq!(policy.with_setting("no_such_setting", true), None);
}

#[test]
fn company_asks_for_names_and_phone() {
    use InvitationField::{Email, FirstName, LastName, Phone, Role};
    assert_eq!(
        company().invitation().fields,
        [FirstName, LastName, Email, Phone, Role]
    );
    assert!(company().invitation().needs(Phone));
    assert!(!business().invitation().needs(Phone));
}

#[test]
fn company_admins_alone_remove_and_change_roles_and_nobody_leaves() {
    let policy = company();
    assert_eq!(
        table(&policy, |a, b| policy.may_remove(a, b)),
        ["admin: admin, manager, user"]
    );
    assert!(
        role_changes(&policy)
            .iter()
            .all(|line| line.starts_with("admin: "))
    );
    assert_eq!(role_changes(&policy).len(), 6);
    assert!(policy.leave().is_empty());
    assert_eq!(policy.self_removal(), SelfRemoval::Refused);
}

#[test]
fn company_product_permissions_stop_where_the_seed_says() {
    let policy = company();
    let holders = |permission: &str| who(&policy, |r| policy.product_allows(r, permission)).join(", ");
    for permission in [
        "billing_email",
        "time_zone",
        "phone_number",
        "company_name",
        "settings",
        "api_keys",
    ] {
        assert_eq!(holders(permission), "admin", "{permission}");
    }
    for permission in [
        "contacts",
        "keywords",
        "appointment_types",
        "integrations.webhook",
        "integrations.api",
    ] {
        assert_eq!(holders(permission), "admin, manager", "{permission}");
    }
    for permission in ["inbox", "campaigns", "customers"] {
        assert_eq!(holders(permission), "admin, manager, user", "{permission}");
    }
}

#[test]
fn business_owner_is_fixed_and_admins_manage_everybody_else() {
    let policy = business();
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::ExactlyOne, Transfer::Never)
    );
    let both = ["owner: admin, member", "admin: admin, member"];
    assert_eq!(table(&policy, |a, b| policy.may_invite(a, b)), both);
    assert_eq!(table(&policy, |a, b| policy.may_remove(a, b)), both);
    assert_eq!(table(&policy, |a, b| policy.may_deactivate(a, b)), both);
    assert_eq!(
        role_changes(&policy),
        [
            "owner: admin → member",
            "owner: member → admin",
            "admin: admin → member",
            "admin: member → admin",
        ]
    );
    assert_eq!(
        policy.refusal(Refusal::RolesChange),
        "Only Owners and Admins can change roles."
    );
    assert_eq!(
        policy.refusal(Refusal::TopRole),
        "Owner role cannot be changed or transferred."
    );
    assert_eq!(
        policy.refusal(Refusal::TopRemoval),
        "The Owner cannot be removed or deactivated."
    );
}

#[test]
fn business_refuses_addresses_with_accounts() {
    assert_eq!(
        business().invitation().existing_accounts,
        ExistingAccounts::Refuse
    );
    assert_eq!(
        business().refusal(Refusal::ExistingAccount),
        "Cannot invite users who already have accounts"
    );
}

#[test]
fn business_needs_pro_or_business_and_counts_seats() {
    let policy = business();
    assert!(!policy.plan_suffices(None));
    assert!(!policy.plan_suffices(Some("free")));
    assert!(policy.plan_suffices(Some("pro")) && policy.plan_suffices(Some("business")));
    assert_eq!(
        (policy.seats(Some("pro")), policy.seats(Some("business"))),
        (Some(5), Some(25))
    );
    assert_eq!(
        policy.refusal(Refusal::Plan),
        "Upgrade to a Pro or Business plan to use team features"
    );
    assert_eq!(
        policy.refusal(Refusal::Seats),
        "Maximum team size reached for current plan"
    );
}

#[test]
fn business_mails_role_changes_and_warns_that_removing_is_permanent() {
    assert!(business().mails().role_change);
    assert_eq!(business().removal(), Removal::Permanent);
    assert!(
        business()
            .removal_warning()
            .expect("a warning")
            .contains("Consider deactivating instead")
    );
    assert!(business().leave().is_empty() && business().link_role().is_none());
}

#[test]
fn business_product_permissions_go_from_billing_to_viewing() {
    assert_eq!(
        product(&business(), "owner"),
        [
            "billing",
            "team.manage",
            "content.manage",
            "content.view",
            "invites"
        ]
    );
    assert_eq!(
        product(&business(), "admin"),
        ["team.manage", "content.manage", "content.view", "invites"]
    );
    assert_eq!(product(&business(), "member"), ["content.view"]);
}
