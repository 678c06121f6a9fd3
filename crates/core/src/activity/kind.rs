//! What the log knows to have happened, and where. The words are stored, so each keeps its meaning for ever.

use crate::column::words;

words! {
    /// What happened.
    Kind {
        /// A team was founded.
        TeamCreated = "team.created",
        /// An invitation was made; the details name one that it replaced.
        InvitationSent = "invitation.sent",
        /// Its mail was sent again.
        InvitationResent = "invitation.resent",
        /// It had expired and was opened again.
        InvitationRevived = "invitation.revived",
        /// It was cancelled.
        InvitationRevoked = "invitation.revoked",
        /// It was accepted: somebody became a member.
        InvitationAccepted = "invitation.accepted",
        /// The invited person said no.
        InvitationDeclined = "invitation.declined",
        /// Its time ran out.
        InvitationExpired = "invitation.expired",
        /// Its mail was refused for good, or could not be handed over for a day.
        InvitationUndelivered = "invitation.undelivered",
        /// The invited person was reminded of it.
        InvitationReminded = "invitation.reminded",
        /// The invited person wants no more invitations from anybody.
        InvitationSuppressed = "invitation.suppressed",
        /// An invite link was made.
        LinkCreated = "invite_link.created",
        /// It was disabled.
        LinkDisabled = "invite_link.disabled",
        /// Somebody joined by one; the details name it.
        MemberJoinedByLink = "member.joined_by_link",
        /// Invitations beyond the hour's limit were put off until there is room for them.
        InvitationScheduled = "invitation.scheduled",
        /// Some of these were cancelled before their time.
        InvitationUnscheduled = "invitation.unscheduled",
        /// Some of these could not be sent when their time came.
        InvitationUnsent = "invitation.unsent",
        /// A member's access was ended by somebody else.
        MemberRemoved = "member.removed",
        /// A member was suspended.
        MemberDeactivated = "member.deactivated",
        /// A suspended member came back.
        MemberReactivated = "member.reactivated",
        /// A member left by themselves.
        MemberLeft = "member.left",
        /// The top role was handed over: one entry for both members.
        OwnershipTransferred = "ownership.transferred",
        /// The team got another plan.
        PlanChanged = "team.plan_changed",
        /// The team was deleted; for 30 days it can come back.
        TeamDeleted = "team.deleted",
        /// It came back.
        TeamRestored = "team.restored",
        /// The team got other rules.
        PolicyChanged = "policy.changed",
        /// A setting of the rules was turned on or off.
        SettingTurned = "policy.setting_turned",
        /// The team got another name.
        TeamRenamed = "team.renamed",
        /// The team got another language.
        LanguageChanged = "team.language_changed",
        /// A member got another role.
        RoleChanged = "member.role_changed",
        /// A member linked a Discord user.
        DiscordLinked = "discord.linked",
        /// A member's Discord user no longer acts as them.
        DiscordUnlinked = "discord.unlinked",
        /// Somebody took the list of members or the log away as a file; the details say which.
        Exported = "team.exported",
        /// A member signed in on the web.
        SignedIn = "account.signed_in",
        /// Somebody failed to sign in as a member; of several failures, the first.
        SignInFailed = "account.sign_in_failed",
        /// Alert: somebody failed to sign in as a member again and again.
        SignInsFailed = "security.sign_ins_failed",
        /// A member has another password.
        PasswordChanged = "account.password_changed",
        /// A member has another address.
        AddressChanged = "account.address_changed",
        /// A member is called something else.
        AccountRenamed = "account.renamed",
        /// A member made an API key.
        ApiKeyCreated = "api_key.created",
        /// An API key got another secret.
        ApiKeyRotated = "api_key.rotated",
        /// An API key was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// A program used an API key that is over.
        ApiKeyRefused = "api_key.refused",
        /// A member tried what their role does not allow; once an hour for each thing they try.
        AccessDenied = "access.denied",
        /// Somebody removed many members within minutes.
        MassRemoval = "security.mass_removal",
        /// The team keeps its log for another time.
        KeepChanged = "team.retention_changed",
        /// Entries that were older than the team keeps them are gone.
        LogCut = "team.log_cut",
        /// The team announces something else, somewhere else, or nothing.
        AnnouncementsChanged = "announcements.changed",
        /// Discord does not take the team's announcements any more.
        AnnouncementsStopped = "announcements.stopped",
        /// The log is sent to a URL.
        WebhookCreated = "webhook.created",
        /// It is sent elsewhere, or other kinds of entries are.
        WebhookChanged = "webhook.changed",
        /// What is sent is signed with another secret.
        WebhookRotated = "webhook.rotated",
        /// It is sent again.
        WebhookEnabled = "webhook.enabled",
        /// Nothing is sent until somebody says so.
        WebhookDisabled = "webhook.disabled",
        /// A webhook was deleted.
        WebhookDeleted = "webhook.deleted",
        /// A webhook was turned off because it took nothing; the details say which.
        WebhookStopped = "webhook.stopped",
    }
}

words! {
    /// Where somebody acted.
    Surface {
        /// A slash command, button or form in Discord.
        Discord = "discord",
        /// A page.
        Web = "web",
        /// The JSON API.
        Api = "api",
        /// A background job; with an actor, in the name of whoever asked for it earlier.
        Job = "job",
        /// The command line of the operator.
        Cli = "cli",
    }
}
