### Inviting by email, and looking after what was sent.

invite-form-title = Invite to { $team }
invite-form-emails = Email addresses
invite-form-emails-hint = One on each line or separated by commas, up to { $most }
invite-form-email = Email address
invite-form-first-name = First name
invite-form-last-name = Last name
invite-form-phone = Phone number
invite-form-note = A note (optional)
invite-note = Note
invite-as = As { $role }
invite-nobody = Nobody to invite yet
invite-review-title = { $count ->
    [one] Invite 1 person as { $role }?
   *[other] Invite { $count } people as { $role }?
 }
invite-send = { $count ->
    [one] Send 1 invitation
   *[other] Send { $count } invitations
 }
invite-nothing-yet = Nothing is sent before you press Send
invite-too-many-title = Too many addresses
invite-too-many = You typed { $typed }, and { $most } at a time is the most. Edit the list; nothing is lost.
invite-line-new = new
invite-line-typo = new; did you mean { $domain }?
invite-line-replaces = already invited { $since }, will be replaced
invite-line-pending = already invited; resend that invitation instead
invite-line-member = already a member
invite-line-account = has an account already, which this team's rules refuse
invite-line-suppressed = wants no invitations from here (SUPPRESSED); invite another address
invite-line-cooldown = mailed a moment ago; you can invite them again { $until }
invite-sent = { $count ->
    [one] 1 invitation sent
   *[other] { $count } invitations sent
 }
invite-sent-some = { $count ->
    [one] 1 invitation sent, the rest were not
   *[other] { $count } invitations sent, the rest were not
 }
invite-none-sent = No invitation was sent
invite-link-expires = the link expires { $expires }

## The list

invitations-see = See invitations
invitations-all = All invitations
invitations-title = { $count ->
    [one] 1 invitation
   *[other] { $count } invitations
 }
invitations-none-open-title = No open invitations
invitations-none-open = Invite someone, and they show up here until they answer.
invitations-none-title = No invitations of this kind
invitations-none = Choose another kind below.
invitations-open = Open: pending and expired
invitations-all-kinds = All
invitation-status-pending = Pending
invitation-status-accepted = Accepted
invitation-status-expired = Expired
invitation-status-revoked = Revoked
invitation-status-replaced = Replaced
invitation-status-declined = Declined
invitation-by = by { $inviter }
invitation-sent-at = sent { $at }
invitation-expires-at = expires { $at }
invitation-expired-at = expired { $at }
invitation-mail-failed = mail not delivered
invitation-mail-retrying = mail not taken yet

## One of them

invitation-of = Invitation of { $address }
invitation-expires = Expires
invitation-expired = Expired
invitation-resend = Resend
invitation-resend-from = You can resend { $at }.
invitation-revoke = Revoke…
invitation-resent-title = Sent again to { $address }
invitation-resent = The link is the same and expires { $expires }.
invitation-revived = It had expired and is open again, with a new link that expires { $expires }.
invitation-see-delivery = See its delivery
invitation-ask-revoke-title = Revoke the invitation of { $address }?
invitation-ask-revoke = The link that was mailed { $mailed } stops working at once. You can invite them again later.
invitation-do-revoke = Revoke { $address }
invitation-revoked-title = Revoked the invitation of { $address }
invitation-revoked = Its link no longer works.
