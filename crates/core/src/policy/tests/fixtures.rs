//! The three presets that do not ship yet, complete, to prove that the type holds them.

pub(super) const WORKSPACE: &str = r#"
name = "Workspace"
summary = "One owner, moderators beside them, and a link for everybody else."

[ownership]
top_role = "owner"
holders = "exactly_one"
transfer = "never"

[members]
change_own_role = false
self_removal = "use_leave"
leave = ["moderator", "member"]
removal = "ends_access"

[invitation]
default_role = "member"
fields = ["email", "role"]
lifetime_days = 7
reinvite = "replaces"
existing_accounts = "join"
resend_cooldown_seconds = 60
resend_revives = true
hourly_limit = 20

[link]
enabled = true
role = "member"

[mail]
role_change = false

[[role]]
key = "owner"
name = "Owner"
plural = "Owners"
description = "Full control, with billing, settings and members."
permissions = [
    "members.view", "members.invite", "invitations.manage", "roles.change", "members.remove",
    "members.deactivate", "team.settings", "links.manage", "activity.view", "analytics.view",
    "api_keys.manage", "team.delete",
]
product = [
    "content.view", "content.interact", "posts.manage", "comments.moderate", "billing", "settings",
]
invites = ["moderator", "member"]
changes = ["moderator", "member"]
assigns = ["moderator", "member"]
removes = ["moderator", "member"]
deactivates = ["moderator", "member"]

[[role]]
key = "moderator"
name = "Moderator"
plural = "Moderators"
description = "Manages posts, moderates comments and looks after members."
permissions = [
    "members.view", "members.invite", "invitations.manage", "roles.change", "members.remove",
    "members.deactivate", "links.manage", "activity.view",
]
product = ["content.view", "content.interact", "posts.manage", "comments.moderate"]
invites = ["member"]
changes = ["moderator", "member"]
assigns = ["moderator", "member"]
removes = ["moderator", "member"]
deactivates = ["moderator", "member"]

[[role]]
key = "member"
name = "Member"
plural = "Members"
description = "Sees and uses what is in the workspace."
permissions = ["members.view"]
product = ["content.view", "content.interact"]
"#;

pub(super) const COMPANY: &str = r#"
name = "Company"
summary = "Admins, managers and users, with a phone number for everybody."

[ownership]
top_role = "admin"
holders = "at_least_one"
transfer = "by_role_change"

[members]
change_own_role = false
self_removal = "refused"
leave = []
removal = "ends_access"

[invitation]
default_role = "user"
fields = ["first_name", "last_name", "email", "phone", "role"]
lifetime_days = 7
reinvite = "replaces"
existing_accounts = "join"
resend_cooldown_seconds = 60
resend_revives = true
hourly_limit = 20

[link]
enabled = false

[mail]
role_change = false

[[role]]
key = "admin"
name = "Admin"
plural = "Admins"
description = "Full access to the account and its users."
permissions = [
    "members.view", "members.invite", "invitations.manage", "roles.change", "members.remove",
    "members.deactivate", "team.settings", "links.manage", "activity.view", "analytics.view",
    "api_keys.manage", "team.delete",
]
product = [
    "billing_email", "time_zone", "phone_number", "company_name", "settings", "inbox", "campaigns",
    "contacts", "customers", "keywords", "api_keys", "appointment_types", "integrations.webhook",
    "integrations.api",
]
invites = ["admin", "manager", "user"]
changes = ["admin", "manager", "user"]
assigns = ["admin", "manager", "user"]
removes = ["admin", "manager", "user"]
deactivates = ["admin", "manager", "user"]

[[role]]
key = "manager"
name = "Manager"
plural = "Managers"
description = "All core features, without API keys."
permissions = ["members.view", "members.invite", "invitations.manage"]
product = [
    "inbox", "campaigns", "contacts", "customers", "keywords", "appointment_types",
    "integrations.webhook", "integrations.api",
]
invites = ["user"]

[[role]]
key = "user"
name = "User"
plural = "Users"
description = "Inbox, campaigns and customers for the day's messages."
product = ["inbox", "campaigns", "customers"]

[[setting]]
key = "managers_invite_managers"
name = "Managers may invite managers"
description = "Managers may invite other managers, and not only users."
on = false
invites = { manager = ["manager"] }
"#;

pub(super) const BUSINESS: &str = r#"
name = "Business"
summary = "One owner for good, admins who manage, and seats by plan."

[ownership]
top_role = "owner"
holders = "exactly_one"
transfer = "never"

[members]
change_own_role = false
self_removal = "refused"
leave = []
removal = "permanent"

[invitation]
default_role = "member"
fields = ["email", "role"]
lifetime_days = 7
reinvite = "replaces"
existing_accounts = "refuse"
resend_cooldown_seconds = 60
resend_revives = true
hourly_limit = 20

[link]
enabled = false

[mail]
role_change = true

[[role]]
key = "owner"
name = "Owner"
plural = "Owners"
description = "Complete control, with billing."
permissions = [
    "members.view", "members.invite", "invitations.manage", "roles.change", "members.remove",
    "members.deactivate", "team.settings", "links.manage", "activity.view", "analytics.view",
    "api_keys.manage", "team.delete",
]
product = ["billing", "team.manage", "content.manage", "content.view", "invites"]
invites = ["admin", "member"]
changes = ["admin", "member"]
assigns = ["admin", "member"]
removes = ["admin", "member"]
deactivates = ["admin", "member"]

[[role]]
key = "admin"
name = "Admin"
plural = "Admins"
description = "Management without billing."
permissions = [
    "members.view", "members.invite", "invitations.manage", "roles.change", "members.remove",
    "members.deactivate", "links.manage", "activity.view", "analytics.view", "api_keys.manage",
]
product = ["team.manage", "content.manage", "content.view", "invites"]
invites = ["admin", "member"]
changes = ["admin", "member"]
assigns = ["admin", "member"]
removes = ["admin", "member"]
deactivates = ["admin", "member"]

[[role]]
key = "member"
name = "Member"
plural = "Members"
description = "Works with the content and invites nobody."
permissions = ["members.view"]
product = ["content.view"]

[[plan]]
key = "pro"
name = "Pro"
seats = 5

[[plan]]
key = "business"
name = "Business"
seats = 25
"#;
