### The rules and settings of a team. The texts become Markdown: what is filled in has been escaped.

policy-title = The rules of { $team }
policy-summary = { $rules }: { $summary }
policy-more = and { $n } more
policy-list = { $firsts } and { $last }
policy-every-role = everybody

policy-may-nothing = nothing in Muster itself
policy-may-members-view = sees the members
policy-may-members-invite = invites { $roles }
policy-may-members-invite-nobody = invites nobody at the moment
policy-may-invitations-manage = manages invitations
policy-may-roles-change = changes roles from { $from } to { $to }
policy-may-roles-change-all = changes everybody's role
policy-may-roles-change-among = changes the role of { $roles }
policy-may-members-remove = removes { $roles }
policy-may-members-deactivate = deactivates { $roles }
policy-may-team-settings = changes settings and rules
policy-may-ownership-transfer = hands over its own role
policy-may-links-manage = manages invite links
policy-may-activity-view = reads the log
policy-may-analytics-view = sees the insights
policy-may-api-keys-manage = manages API keys
policy-may-team-delete = deletes the team

policy-top-field = On top
policy-top-many = one or more
policy-top-one = exactly one
policy-transfer-yes = can be handed over
policy-transfer-never = stays where it is
policy-transfer-by-role = passes on by a change of role

policy-invitations-field = Invitations
policy-invitations-role = { $role }, unless told otherwise
policy-invitations-days = open for { $n ->
    [one] a day
   *[other] { $n } days
}
policy-invitations-rate = { $n } an hour, { $seconds } seconds apart for one address
policy-invitations-replies = answers to them go to whoever invited
policy-invitations-fields = ask for { $fields }
policy-field-first-name = first name
policy-field-last-name = last name
policy-field-phone = phone number
policy-again-replaces = Inviting an address again replaces its open invitation.
policy-again-refused = An address with an open invitation is not invited again.
policy-accounts-refused = People who have an account already are not invited.

policy-members-field = Members
policy-leave-nobody = nobody leaves by themselves
policy-leave = leaving by themselves: { $roles }
policy-removal-ends-access = removing ends access
policy-removal-permanent = removing is for good
policy-mail-role-change = a change of role is mailed

policy-links-field = Invite links
policy-links-off = off
policy-links-on = on, for { $role }

policy-plans-field = Plans
policy-plans-none = none needed
policy-plan-seats = { $plan }: { $n ->
    [one] one seat
   *[other] { $n } seats
}
policy-plan-no-cap = { $plan }: as many as you like

policy-settings-field = Switches
policy-on = { $setting }: on
policy-off = { $setting }: off
policy-turn-on = Turn on { $setting }
policy-turn-off = Turn off { $setting }

policy-see = See the rules
policy-export = Export as a file

policy-file-head =
    The rules of “{ $team }” in Muster, exported on { $date }.
    Change what you like, then hand this file to /team policy import: it says first what would change,
    and names the line of a mistake.
policy-exported-title = The rules of { $team } as a file
policy-exported-text = Change what you like and hand it to `/team policy import`. You see what would change before anything does.

policy-same-title = Nothing was changed
policy-same-text = These are the rules that the team has already.
policy-review-title = Use these rules?
policy-review-count = { $n ->
    [one] One thing would change, from the next click on
   *[other] { $n } things would change, from the next click on
}
policy-use = Use these rules
policy-used-title = { $team } has other rules now
policy-used-text = { $n ->
    [one] One thing has
   *[other] { $n } things have
} changed. The rules count from the next click on, for everybody.

settings-title = Settings of { $team }
settings-text = What you change here counts at once. The language is that of mails to people who are not in Muster yet.
settings-language = Language
settings-default-role = Invitations offer
settings-replies = Answers to invitations
settings-replies-go = { $to ->
    [inviter] go to whoever invited, who shows their address thereby
   *[nobody] go to nobody
}
settings-replies-changed = { $to ->
    [inviter] Answers to invitations go to whoever invited now
   *[nobody] Answers to invitations go to nobody now
}
settings-replies-turn = { $to ->
    [inviter] Let answers reach nobody
   *[nobody] Let answers reach the inviter
}
settings-rules = Rules
settings-see = See the settings
settings-rename = Rename…
settings-rename-title = Rename the team
settings-rename-label = Name of the team
settings-choose-language = Language of the team
settings-choose-role = Role that invitations offer
settings-renamed = The team is called { $team } now
settings-language-changed = The team's language is { $language } now
settings-default-role-changed = Invitations offer { $role } now
settings-language-en-us = English
settings-language-de = Deutsch
settings-keep = The log is kept
settings-keep-name = { $keep ->
    [always] For ever
    [quarter] For 90 days
    [year] For a year
    [two-years] For two years
   *[five-years] For five years
 }
settings-keep-from-tonight = { $keep }. Older entries are deleted tonight, for good.
settings-keep-changed = The log is kept: { $keep }
settings-choose-keep = How long the log is kept…
settings-keep-open = Keep the log…
settings-keep-title = How long is the log kept?
settings-keep-text = What is older is deleted every night, for good, also from exports; what is left can still be checked. The numbers of the insights stay, without names.
settings-back = Back to the settings
