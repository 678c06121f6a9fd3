### Why something was not done, and what to do about it. Each is a sentence; Discord, the pages and the API show the same.

own-words = { $words }

## Lists of names

list-all = { $first } and { $last }
list-one-of = { $first } or { $last }

## Not there, not now

not-found = There is no such { $what ->
    [team] team
    [member] member
    [invitation] invitation
    [invite-link] invite link
    [log-entry] log entry
    [API-key] API key
    [scheduled-invitation] scheduled invitation
    [account] account
    [page] page
    [webhook] webhook
    [webhook-delivery] message to a webhook
   *[other] thing
 }, or it is not yours to see.
unavailable = We can't reach our database right now. Nothing was changed; try again in a minute.
internal = Something broke on our side. Nothing was changed.
stale = This has changed since it was shown. Reload to see how it is now.
repeated = This was already done.

## Texts

what-name = name
what-team-name = team name
what-note = note
what-reason = reason
what-email = email address
what-first-name = first name
what-last-name = last name
what-phone = phone number
what-role = role
what-status = status
what-kind = kind of entry
what-plan = plan
what-preset = preset
what-file = file
what-account = account
what-topic = topic
what-domain = domain
what-domains = list of domains
what-uses = number of uses
what-time = time
domain-bad = { $why }; write it like example.org
number-range = it has to be from { $least } to { $most }
not-a-number = it is not a number
list-long = it has { $length }, and { $most } is the most
what-policy = policy
file-place = line { $line }, column { $column }: { $reason }
file-line = line { $line }: { $reason }
what-line = line
what-event-kind = kind of event
what-event-times = number of times
what-event-subject = name of the subject
what-events = list of events
file-no-csv = it is not a table in CSV
file-lines = it has more than { $most } lines; hand over a part of it at a time
file-nobody = nobody is in it
line-surplus = it has more cells than there are columns; put a text with commas between quotes
file-columns = two of its columns mean the same, and one is called “{ $name }”
file-no-headings = line { $line } has several cells, and no first line says what they are; begin with one such as `email,role`
text-bad = That { $what } can't be used: { $reason }.
text-control = it has line breaks or control characters
text-empty = it is empty
text-long = it has { $length } characters, and { $most } is the most
name-unknown = there is none called `{ $name }`
choose-offered = choose one of those that are offered
event-kind-bad = write a thing and a verb in lower case with a dot between, such as `link.created`, at most 64 characters
event-kind-ours = “{ $thing }” is something of Muster's own; call yours by another name
event-times-bad = a whole number from 1 to { $most }
event-subject-bad = at most { $most } characters, without line breaks
event-time-bad = a moment within the last year
events-many = from 1 to { $most } at a time
since-bad = write 7d, 24h, or a day like 2026-11-01
plan-not-needed = the rules of this team need no plan
plan-unknown = there is none called `{ $name }`; there are { $known }, and none
file-too-long = it has more than { $most } KiB
file-not-utf8 = it is not text in UTF-8; save it as UTF-8 and hand it over again
file-away = Discord does not give it out right now; hand it over again in a minute
field-missing = This team asks for { $what } with each invitation.
email-bad = That is not an email address we can use: { $reason }.
email-no-at = it has no @
email-local-length = the part before the @ needs 1 to 64 characters
email-local-characters = the part before the @ has characters that mail servers refuse
email-domain-invalid = the domain is not a valid one
email-domain-incomplete = the domain is not complete
email-domain-number = the domain is a number
email-long = it is longer than 254 characters
password-weak = That password is not strong enough. { $reason }
password-short = Use at least { $least } characters; a few unrelated words do well.
password-long = Use at most { $most } characters.
password-guessable = It is easy to guess: use a few unrelated words.

## Inviting and invitations

role-unknown = This team has no role `{ $role }`.
already-member = That person is already a member of this team.
already-invited = That address has another invitation that is still open. Resend or cancel that one.
pending-already = This address already has a pending invitation. Resend it instead.
existing-account = Cannot invite users who already have accounts
suppressed = This address wants no invitations from here. Invite another address of theirs, or ask them to choose “Mail me again” behind the last link of an invitation mail.
cooldown = This address was mailed a moment ago. You can resend { $until }.
hourly-limit = { $limit ->
    [one] This team has sent its one invitation of this hour.
   *[other] This team has sent its { $limit } invitations of this hour.
} The next one can go out { $until }.
closed = { $status ->
    [accepted] This invitation was already accepted. Each link works once; sign in to go to the team.
    [expired] This invitation has expired. Ask whoever invited you to send it again.
    [revoked] This invitation was cancelled. Ask whoever invited you if you think that is a mistake.
    [replaced] This invitation was replaced by a newer one. Use the link in the latest mail.
    [declined] This invitation was declined. Ask for a new one if you have changed your mind.
   *[pending] This invitation is open again. Reload to see it.
 }
old-link = A newer mail with a new link was sent. Use the link in the latest mail.
offer-lapsed = Whoever invited you can no longer offer this role. Ask somebody in the team for a new invitation.
wrong-account = This invitation is for { $address }. Sign out and continue as that person.
sign-in-first = This address already has an account. Sign in to accept the invitation.
address-unproven = Open the link in the invitation mail: this one does not prove that the address is yours.
beyond-offer = As { $role } you can't offer the role { $offered }.
invite-role = Your role does not let you invite somebody to that role.
link-limit = This team has { $most } live invite links, which is the most. Disable one first.
link-domain = This link is for people with a verified address at { $domains }. Use such an address, or ask somebody in the team for an invitation by mail.
link-disabled = This invite link was disabled. Ask somebody in the team for another.
link-expired = This invite link has expired. Ask somebody in the team for another.
link-full = This invite link was used as often as it can be. Ask somebody in the team for another.
sign-up-limit = This link has caused as many mails as it may in an hour. Try again { $until }.
sign-up-over = This link was already used or is too old. Open the invite link again and ask for a new mail.
link-not-top = An invite link can't give the role { $role }. Invite people to it by mail.
link-off = Invite links are turned off for this team.

## Plans and seats

plan-needed = Upgrade to a { $plans } plan to use team features
plan-none = This team needs no plan.
same-plan = The team has that plan already, so nothing was changed.
seats-taken = Maximum team size reached for current plan

## Authority

need-role = { $refusal } You are { $role }.
only-roles = Only { $roles } can { $act ->
    [members-view] see the members
    [members-invite] send invitations
    [invitations-manage] manage invitations
    [roles-change] change roles
    [members-remove] remove members
    [members-deactivate] deactivate members
    [team-settings] change the team's settings
    [ownership-transfer] transfer ownership
    [links-manage] manage invite links
    [activity-view] read the activity log
    [analytics-view] see the insights
    [api-keys-manage] manage API keys
    [team-delete] delete the team
   *[other] do that
 }.
only-nobody = Nobody in this team can { $act ->
    [members-view] see the members
    [members-invite] send invitations
    [invitations-manage] manage invitations
    [roles-change] change roles
    [members-remove] remove members
    [members-deactivate] deactivate members
    [team-settings] change the team's settings
    [ownership-transfer] transfer ownership
    [links-manage] manage invite links
    [activity-view] read the activity log
    [analytics-view] see the insights
    [api-keys-manage] manage API keys
    [team-delete] delete the team
   *[other] do that
 }.
super-admins-only = Only super-admins, whom the operator of this Muster names, can do that.
rules-of-the-operator = Only super-admins, whom the operator of this Muster names, change plans or allow more than { $most } invitations an hour. Leave those parts as they are.
rules-beyond = Only { $top } can change who is on top, or let a role do more than you can do yourself. You are { $role }.
deactivated = Your membership of { $team } is deactivated. Ask somebody who manages the team to reactivate it.
not-a-member = You are no member of { $team }. As a super-admin you name it with the option `team` each time.
needs-manage-guild = Creating a team for this server needs Discord's permission “Manage Server” here. Ask somebody who has it.
needs-to-write-there = You can't write in that channel yourself, so nothing is posted there for you. Choose one that you may write in, or ask somebody who may.
beyond-reach = As { $role } you can't { $act ->
    [remove] remove
    [deactivate] deactivate
   *[reactivate] reactivate
 } somebody who is { $whose }.
beyond-change = As { $role } you can't change somebody from { $from } to { $to }.
assign-role = Your role does not let you make that role change.
remove-role = Your role does not let you remove a member with that role.
deactivate-role = Your role does not let you deactivate a member with that role.

## Roles and memberships

own-role = You cannot change your own role.
same-role = They are { $role } already, so nothing was changed.
not-active = That person is no longer an active member of this team.
already-active = That person is active already, so nothing was changed.
self-remove = You cannot remove yourself.
self-remove-leave = You cannot remove yourself. Leave the team instead.
self-remove-transfer = Cannot remove yourself. Transfer ownership first.
self-deactivate = You cannot deactivate yourself.
last-top = A team must have at least one { $role }.
last-top-transfer = A team must have at least one { $role }. Transfer ownership first.
last-top-change = A team must have at least one { $role }. Change another member's role to { $role } first.
top-fixed = { $role } role cannot be changed or transferred.
top-not-by-change = A change of role cannot give or take the role { $role }.
top-not-removed = The { $role } cannot be removed or deactivated.
top-not-transferred = The role { $role } cannot be transferred.
several-holders = This team has several members who are { $role }. Change their roles instead.
no-other-role = This team has no other role to be left with.
nothing-to-transfer = There is nothing to transfer: change another member's role to { $role }.
leave-nobody = Nobody leaves this team by themselves. Ask to be removed.
leave-only = Only { $roles } can leave the team by themselves.
role-in-use = The role { $role } can't go while somebody has it: { $members ->
    [one] one member
   *[other] { $members } members
}, { $invitations ->
    [one] one open invitation
   *[other] { $invitations } open invitations
}, { $links ->
    [one] one invite link
   *[other] { $links } invite links
}. Give them another role or end those first.
top-holders = { $holders ->
    [0] No active member is { $role }, and these rules put that role on top. Give it to somebody first.
   *[other] { $holders } members are { $role }, and these rules allow exactly one. Give the others another role first.
 }
unchanged = It is so already, so nothing was changed.
name-mismatch = That is not the team's name, so nothing was changed. Type { $name } to go on.
own-name-mismatch = That is not your name here, so nothing was changed. Type { $name } to go on.
only-login = Your Discord account is the only way into this Muster account, so it can't be unlinked. Give the account an email address on your account page first; or `/account erase` ends it.
erase-last-owner = You are the last owner of { $teams }. Hand over the top role or delete the team first, then erase your account.

## Signing in and linking

sign-in-failed = Email address or password are not right.
sign-in-limit = Too many attempts for this address. Try again { $until }.
too-many = That was tried too often. Try again { $until }.
proof-over = This link was already used or is too old. Ask for a new mail.
discord-sign-in-over = This sign-in was already used, is too old, or began in another browser. Start again from the sign-in page.
password-wrong = That is not your password.
address-taken = Another account has this address. Sign in with it, or choose another one.
no-address = Give your account an email address first: you sign in with it.
not-linked = Your Discord account is not linked to a Muster account yet.
no-team = You are in no team here yet.
which-team = You are in several teams. Name the one you mean with the option `team`.
link-other = @{ $started } started this, but Discord says that you are @{ $found }. Switch to @{ $started } in Discord.
link-dead = This linking page was already used or is too old. Run /link in Discord again.
linking-off = Linking a Discord account is not set up here. Ask whoever runs this Muster.
linking-off-bot = Linking is not set up here: whoever runs Muster has to give it DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET.
discord-user-taken = @{ $username } acts as another Muster account already. Link another Discord account.
discord-account-taken = Your account is linked to another Discord user already, and stays so.
