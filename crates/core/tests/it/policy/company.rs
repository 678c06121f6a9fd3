//! The column `company`, where it differs from `campaigns` and `project`.

use muster_core::policy::*;

use super::*;

fn company() -> &'static Policy {
    preset("company")
}

#[test]
fn has_many_admins_and_the_role_passes_by_role_change() {
    let policy = company();
    assert_eq!(who(policy, |_| true), ["admin", "manager", "user"]);
    assert_eq!(
        (policy.holders(), policy.transfer()),
        (Holders::AtLeastOne, Transfer::ByRoleChange)
    );
    assert_eq!(
        said(&policy.refusal(Refusal::LastTop)),
        "A team must have at least one Admin. Make sure another Admin exists on the account before removing one."
    );
}

#[test]
fn manager_invites_users_until_the_setting_widens_it() {
    let policy = company();
    let invites = |policy: &Policy| table(policy, |a, b| policy.may_invite(a, b));
    assert_eq!(invites(policy), ["admin: admin, manager, user", "manager: user"]);
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
fn asks_for_names_and_phone() {
    use InvitationField::{Email, FirstName, LastName, Phone, Role};
    assert_eq!(
        company().invitation().fields,
        [FirstName, LastName, Email, Phone, Role]
    );
    assert!(company().invitation().needs(Phone));
    assert!(!preset("business").invitation().needs(Phone));
}

#[test]
fn admins_alone_remove_and_change_roles_and_nobody_leaves() {
    let policy = company();
    assert_eq!(
        table(policy, |a, b| policy.may_remove(a, b)),
        ["admin: admin, manager, user"]
    );
    assert!(
        role_changes(policy)
            .iter()
            .all(|line| line.starts_with("admin: "))
    );
    assert_eq!(role_changes(policy).len(), 6);
    assert!(policy.leave().is_empty());
    assert_eq!(policy.self_removal(), SelfRemoval::Refused);
}

#[test]
fn product_permissions_stop_where_the_seed_says() {
    let policy = company();
    let holders = |permission: &str| who(policy, |r| policy.product_allows(r, permission)).join(", ");
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
