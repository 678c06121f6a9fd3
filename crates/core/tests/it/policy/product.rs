//! The permissions that only the host product knows, role by role, as the specification writes them down.

use super::*;

/// The host product's permissions: who holds each, highest role first.
const PRODUCT: &[(&str, &[(&str, &str)])] = &[
    (
        "campaigns",
        &[
            ("api_keys.create", "owner"),
            ("api_keys.view", "owner"),
            ("api_keys.delete", "owner"),
            ("sending", "owner, member"),
            ("campaigns.manage", "owner, member"),
            ("campaigns.history", "owner, member, viewer"),
            ("audiences.manage", "owner, member"),
            ("creatives.manage", "owner, member"),
            ("reports.view", "owner, member, viewer"),
        ],
    ),
    (
        "workspace",
        &[
            ("content.view", "owner, moderator, member"),
            ("content.interact", "owner, moderator, member"),
            ("posts.manage", "owner, moderator"),
            ("comments.moderate", "owner, moderator"),
            ("billing", "owner"),
            ("settings", "owner"),
        ],
    ),
    (
        "company",
        &[
            ("billing_email", "admin"),
            ("time_zone", "admin"),
            ("phone_number", "admin"),
            ("company_name", "admin"),
            ("settings", "admin"),
            ("inbox", "admin, manager, user"),
            ("campaigns", "admin, manager, user"),
            ("contacts", "admin, manager"),
            ("customers", "admin, manager, user"),
            ("keywords", "admin, manager"),
            ("api_keys", "admin"),
            ("appointment_types", "admin, manager"),
            ("integrations.webhook", "admin, manager"),
            ("integrations.api", "admin, manager"),
        ],
    ),
    (
        "project",
        &[
            ("links", "admin, member"),
            ("qr_codes", "admin, member"),
            ("pixels", "admin, member"),
            ("statistics", "admin, member"),
            ("team.manage", "admin"),
        ],
    ),
    (
        "business",
        &[
            ("billing", "owner"),
            ("team.manage", "owner, admin"),
            ("content.manage", "owner, admin"),
            ("content.view", "owner, admin, member"),
            ("invites", "owner, admin"),
        ],
    ),
];

#[test]
fn every_product_permission_belongs_to_the_roles_of_the_specification() {
    for (column, permissions) in PRODUCT {
        let policy = preset(column);
        let top = product(policy, policy.top_role().as_str());
        let listed: Vec<_> = permissions.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(
            top, listed,
            "{column}: the top role holds them all, and there are no others"
        );
        for (name, expected) in *permissions {
            let found = who(policy, |role| policy.product_allows(role, name)).join(", ");
            assert_eq!(found, *expected, "{name} of {column}");
        }
    }
}
