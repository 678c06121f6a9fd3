### What happened in a team, as its log says it.

log-title = { $count ->
    [one] What happened: 1 entry
   *[other] What happened: { $count } entries
 }
log-or-only = Or only…
log-none = Nothing of this kind has happened yet.
log-everything = Everything
log-of = Of
log-since = Since
log-as-super-admin = as super-admin
log-by-key = with the API key { $key }

## The kinds of entries

log-kind = { $kind ->
    [team-created] Team created
    [invitation-sent] Invitations sent
    [invitation-resent] Invitations sent again
    [invitation-revived] Invitations revived
    [invitation-revoked] Invitations revoked
    [invitation-accepted] Invitations accepted
    [invitation-declined] Invitations declined
    [invitation-expired] Invitations expired
    [invitation-undelivered] Invitations not delivered
    [invitation-reminded] Reminders
    [invitation-suppressed] Addresses that want no invitations
    [member-removed] Members removed
    [member-deactivated] Members deactivated
    [member-reactivated] Members reactivated
    [member-left] Members who left
    [ownership-transferred] Ownership transferred
    [team-plan-changed] Plan changed
    [team-deleted] Team deleted
    [team-restored] Team restored
    [member-role-changed] Role changes
    [discord-linked] Discord accounts linked
    [discord-unlinked] Discord accounts unlinked
    [team-exported] Files taken away
    [invite-link-created] Invite links created
    [invite-link-disabled] Invite links disabled
    [webhook-created] Webhooks made
    [webhook-changed] Webhooks changed
    [webhook-rotated] Webhooks with a new secret
    [webhook-enabled] Webhooks turned on
    [webhook-disabled] Webhooks turned off
    [webhook-deleted] Webhooks deleted
    [webhook-stopped] Webhooks stopped
    [member-joined-by-link] Members who joined by a link
    [policy-changed] Rules changed
    [policy-setting-turned] Settings turned on or off
    [team-renamed] Team renamed
    [team-language-changed] Language changed
    [invitation-scheduled] Invitations scheduled
    [invitation-unscheduled] Scheduled invitations cancelled
    [invitation-unsent] Scheduled invitations not sent
    [account-signed-in] Sign-ins
    [account-sign-in-failed] Failed sign-ins
    [security-sign-ins-failed] Alerts: repeated failed sign-ins
    [account-password-changed] Passwords changed
    [account-address-changed] Addresses changed
    [account-renamed] Names changed
    [api-key-created] API keys created
    [api-key-rotated] API keys with another secret
    [api-key-revoked] API keys revoked
    [api-key-refused] Security: API keys used that are over
    [access-denied] Things that were refused
    [security-mass-removal] Many members removed at once
    [team-retention-changed] How long the log is kept
    [team-log-cut] Old entries deleted
    [announcements-changed] Announcements changed
    [announcements-stopped] Announcements stopped by Discord
   *[other] Other entries
 }

## One entry

log-row = { $kind ->
    [team-created] { $actor } created the team { $subject }
    [invitation-sent] { $actor } invited { $subject } as { $role }
    [invitation-resent] { $actor } sent the invitation of { $subject } again
    [invitation-revived] { $actor } revived the expired invitation of { $subject }
    [invitation-revoked] { $actor } revoked the invitation of { $subject }
    [invitation-accepted] { $actor } joined as { $role }
    [invitation-declined] { $subject } declined the invitation
    [invitation-expired] The invitation of { $subject } expired
    [invitation-undelivered] The mail server refused the invitation of { $subject } for good
    [invitation-reminded] { $subject } was reminded of the invitation
    [invitation-suppressed] { $subject } wants no more invitations from here
    [member-removed] { $actor } removed { $subject }, who was { $role }
    [member-deactivated] { $actor } deactivated { $subject }
    [member-reactivated] { $actor } reactivated { $subject }
    [member-left] { $actor } left, who was { $role }
    [ownership-transferred] { $actor } made { $subject } { $role } in place of the one before
    [team-deleted] { $actor } deleted the team { $subject }
    [team-restored] { $actor } brought the team { $subject } back
    [discord-linked] { $actor } linked the Discord account { $username }
    [discord-unlinked] { $actor } unlinked the Discord account { $username }
    [team-exported] { $actor } took the file { $code } away
    [invite-link-created] { $actor } created the invite link { $code } for { $role }
    [invite-link-disabled] { $actor } disabled the invite link { $code }
    [webhook-created] { $actor } made a webhook to { $code }
    [webhook-changed] { $actor } changed the webhook to { $code }
    [webhook-rotated] { $actor } gave the webhook to { $code } a new secret
    [webhook-enabled] { $actor } turned the webhook to { $code } on
    [webhook-disabled] { $actor } turned the webhook to { $code } off
    [webhook-deleted] { $actor } deleted the webhook to { $code }
    [webhook-stopped] The webhook to { $code } took nothing and was turned off
    [member-joined-by-link] { $actor } joined by an invite link as { $role }
    [account-signed-in] { $actor } signed in on the web
    [account-sign-in-failed] Somebody failed to sign in as { $subject }
    [security-sign-ins-failed] Alert: somebody failed to sign in as { $subject } again and again
    [account-password-changed] { $actor } changed their password
    [account-address-changed] { $actor } changed their email address
    [account-renamed] { $actor } is now called { $subject }
    [api-key-created] { $actor } created the API key { $subject }
    [api-key-rotated] { $actor } gave the API key { $subject } another secret
    [api-key-revoked] { $actor } revoked the API key { $subject }
    [api-key-refused] A program used the API key { $subject }, which is over; it was refused
    [access-denied] { $actor } was refused what takes { $code }
    [security-mass-removal] { $actor } removed { $subject } members within 10 minutes
    [team-log-cut] The entries up to number { $subject } were deleted: the team keeps them no longer
    [announcements-stopped] Discord does not take the announcements any more
   *[other] { $actor } did something with { $subject }
 }
log-replaced = { $actor } invited { $subject } again as { $role }, replacing the earlier invitation
log-role-changed = { $actor } changed { $subject } from { $from } to { $to }
log-plan-changed = { $actor } changed the plan from { $from } to { $to }
log-policy-changed = { $actor } changed the rules: { $changed }
log-setting = { $kind ->
    [team-renamed] { $actor } renamed the team from { $from } to { $subject }
   *[other] { $actor } turned { $to } “{ $subject }”
 }
log-several = { $count ->
    [one] 1 scheduled invitation
   *[other] { $count } scheduled invitations
 }
log-several-one = the scheduled invitation of { $address }
log-scheduled = { $kind ->
    [invitation-scheduled] { $actor } made { $several }
    [invitation-unscheduled] { $actor } cancelled { $several }
   *[invitation-unsent] { $several } could not be sent: { $why }
 }
log-language = { $actor } changed the team's language from { $from } to { $to }
log-keep = { $actor } changed how long the log is kept from { $from } to { $to }
log-announcements = { $state ->
    [on] { $actor } changed what is announced in { $channel }
   *[off] { $actor } turned the announcements in { $channel } off
 }
