//! The column `business`, where it differs from `campaigns` and `project`.

use muster_core::policy::*;

use super::*;

fn business() -> &'static Policy {
    preset("business")
}

#[test]
fn owner_is_fixed_and_admins_manage_everybody_else() {
    let policy = business();
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::ExactlyOne, Transfer::Never)
    );
    let both = ["owner: admin, member", "admin: admin, member"];
    assert_eq!(table(policy, |a, b| policy.may_invite(a, b)), both);
    assert_eq!(table(policy, |a, b| policy.may_remove(a, b)), both);
    assert_eq!(table(policy, |a, b| policy.may_deactivate(a, b)), both);
    assert_eq!(
        role_changes(policy),
        [
            "owner: admin → member",
            "owner: member → admin",
            "admin: admin → member",
            "admin: member → admin",
        ]
    );
    assert_eq!(
        said(&policy.refusal(Refusal::RolesChange)),
        "Only Owners and Admins can change roles."
    );
    assert_eq!(
        said(&policy.refusal(Refusal::TopRole)),
        "Owner role cannot be changed or transferred."
    );
    assert_eq!(
        said(&policy.refusal(Refusal::TopRemoval)),
        "The Owner cannot be removed or deactivated."
    );
}

#[test]
fn refuses_addresses_with_accounts() {
    assert_eq!(
        business().invitation().existing_accounts,
        ExistingAccounts::Refuse
    );
    assert_eq!(
        said(&business().refusal(Refusal::ExistingAccount)),
        "Cannot invite users who already have accounts"
    );
}

#[test]
fn needs_pro_or_business_and_counts_seats() {
    let policy = business();
    assert!(!policy.plan_suffices(None));
    assert!(!policy.plan_suffices(Some("free")));
    assert!(policy.plan_suffices(Some("pro")) && policy.plan_suffices(Some("business")));
    assert_eq!(
        (policy.seats(Some("pro")), policy.seats(Some("business"))),
        (Some(5), Some(25))
    );
    assert_eq!(
        said(&policy.refusal(Refusal::Plan)),
        "Upgrade to a Pro or Business plan to use team features"
    );
    assert_eq!(
        said(&policy.refusal(Refusal::Seats)),
        "Maximum team size reached for current plan"
    );
}

#[test]
fn mails_role_changes_and_warns_that_removing_is_permanent() {
    assert!(business().mails().role_change);
    assert_eq!(business().removal(), Removal::Permanent);
    assert!(business().leave().is_empty() && business().link_role().is_none());
}

#[test]
fn product_permissions_go_from_billing_to_viewing() {
    assert_eq!(
        product(business(), "owner"),
        [
            "billing",
            "team.manage",
            "content.manage",
            "content.view",
            "invites"
        ]
    );
    assert_eq!(
        product(business(), "admin"),
        ["team.manage", "content.manage", "content.view", "invites"]
    );
    assert_eq!(product(business(), "member"), ["content.view"]);
}
