### Inviting many people from a file, and what is scheduled. The texts become Markdown: what is filled in has been escaped.

## What would become of the file

bulk-title = { $people ->
    [0] Nobody in this file can be invited
    [one] Invite one person from this file?
   *[other] Invite { $people } people from this file?
}
# Stands behind a number on the card and alone in the report.
bulk-kind = { $kind ->
    [new] new
    [slip] new, perhaps mistyped
    [replaced] already invited, will be replaced
    [waiting] already invited or scheduled, stays as it is
    [duplicate] in the file a second time
    [invalid] cannot be used
    [member] already in the team
    [account] with an account, which this team's rules refuse
    [suppressed] on the list of those who want no invitations
    [role] with a role that you can't offer
   *[missing] without something that this team asks for
}
bulk-line = line { $line } { $address }
bulk-empty-address = (no address)
bulk-unused = Columns that were not used
bulk-more-kinds = { $kinds ->
    [one] and one more kind of lines, in the attached file
   *[other] and { $kinds } more kinds of lines, in the attached file
}
bulk-now = Now
bulk-later = Scheduled
bulk-later-many = { $later }, { $hourly } an hour
bulk-done = Done about
bulk-seats = Free seats
bulk-seats-few = { $seats }: whoever finds none when their turn comes is not invited
bulk-nothing-yet = Nothing is sent before you press the button · all lines are in the attached file
bulk-mend = Mend the file and hand it over again · all lines are in the attached file
bulk-send = { $now ->
    [one] Send 1 invitation
   *[other] Send { $now } invitations
}
bulk-schedule = { $later ->
    [one] Schedule 1 invitation
   *[other] Schedule { $later } invitations
}
bulk-send-and-schedule = Send { $now } now, schedule { $later }
bulk-cancel = Cancel
bulk-role = Role of those whose line names none
bulk-as = As { $role }

## The report as a file

bulk-report-line = line
bulk-report-email = email
bulk-report-role = role
bulk-report-outcome = outcome
bulk-report-detail = detail
bulk-detail-slip = did you mean { $domain }?
bulk-detail-since = invited on { $at }
bulk-detail-cooldown = mailed a moment ago; can be invited again on { $at }
bulk-detail-pending = resend that invitation instead
bulk-detail-scheduled = waits for its hour already
bulk-detail-duplicate = as line { $line }

## What came of it

bulk-sending = Sending: { $sent } of { $all }
bulk-sent = { $sent ->
    [one] 1 invitation sent
   *[other] { $sent } invitations sent
}
bulk-sent-and-scheduled = { $sent } sent, { $later } scheduled
bulk-scheduled = { $later ->
    [one] 1 invitation scheduled
   *[other] { $later } invitations scheduled
}
bulk-none-sent = No invitation was sent
bulk-goes-on = The others follow by themselves, whether or not this message goes on changing.
bulk-scheduled-text = { $later ->
    [one] One waits: { $hourly } an hour leave, and the last one about { $done }. It holds no seat until then, and it uses up the team's hourly limit.
   *[other] { $later } wait: { $hourly } an hour leave, and the last one about { $done }. They hold no seat until then, and they use up the team's hourly limit.
}
bulk-left-out = { $lines ->
    [one] One line of the file was left out; the attached report says why.
   *[other] { $lines } lines of the file were left out; the attached report says why.
}
bulk-not-sent = ⛔ { $line } · { $reason }
bulk-more-not-sent = and { $number } more that could not be sent: `/invite list status:not-sent`
bulk-see-invitations = See invitations
bulk-see-scheduled = See what is scheduled

## Why a scheduled one could not be sent

bulk-reason = { $reason ->
    [authority] whoever scheduled it may no longer offer this role
    [role] the team has no such role any more
    [member] they are in the team already
    [invited] somebody invited them meanwhile
    [account] they have an account, which this team's rules refuse
    [suppressed] the address wants no invitations from here
    [seats] no seat was left
    [plan] the team's plan is not enough
    [fields] the team asks for something that was not in the file
   *[rules] the team's rules stood against it
}
bulk-unsent-title = { $number ->
    [one] One invitation could not be sent
   *[other] { $number } invitations could not be sent
}
bulk-unsent-text = { $of ->
    [one] The one that you scheduled from a file is through, and was left out. `/invite list status:not-sent` in your server shows it.
   *[other] The { $of } from your file are through; { $number ->
        [one] one was left out. `/invite list status:not-sent` in your server shows which.
       *[other] { $number } were left out. `/invite list status:not-sent` in your server shows which.
    }
}
bulk-unsent-why = Why

## What is scheduled

scheduled-filter = Scheduled
scheduled-filter-not-sent = Scheduled, could not be sent
scheduled-title = { $number ->
    [one] 1 scheduled invitation
   *[other] { $number } scheduled invitations
}
scheduled-title-not-sent = { $number ->
    [one] 1 invitation could not be sent
   *[other] { $number } invitations could not be sent
}
scheduled-none = Nothing is scheduled
scheduled-none-text = When a file of `/invite bulk` has more people than an hour takes, the rest waits here.
scheduled-none-not-sent = Everything could be sent
scheduled-none-not-sent-text = Scheduled invitations that something stood against show up here for 30 days.
scheduled-row = { $address } · line { $line } · { $role } · by { $inviter } · about { $at }
scheduled-row-not-sent = { $address } · line { $line } · { $role } · by { $inviter } · { $at } · { $reason }
scheduled-filter-hint = Show only…
scheduled-open = Open…
scheduled-cancel-all = Cancel all…
scheduled-invite = Invite someone
scheduled-one = { $address } is scheduled
scheduled-one-sent = { $address } was invited
scheduled-one-refused = { $address } could not be invited
scheduled-one-cancelled = { $address } was cancelled
scheduled-one-text = Nothing was sent to them yet, and they hold no seat.
scheduled-one-reason = Why: { $reason }.
scheduled-field-role = Role
scheduled-field-line = Line of the file
scheduled-field-by = Scheduled by
scheduled-field-about = Leaves about
scheduled-field-place = Place in the queue
scheduled-field-decided = Decided
scheduled-note = Note: { $note }
scheduled-cancel-one = Cancel the invitation
scheduled-see-invitation = See the invitation
scheduled-all = All that is scheduled
scheduled-cancelled = Cancelled { $address }
scheduled-cancelled-text = Nothing had been sent to them.
scheduled-ask-all = { $number ->
    [one] Cancel the one scheduled invitation?
   *[other] Cancel all { $number } scheduled invitations?
}
scheduled-ask-all-text = { $number ->
    [one] Nothing was sent to this address yet, and nothing will be. Invitations that have left stay as they are.
   *[other] Nothing was sent to these addresses yet, and nothing will be. Invitations that have left stay as they are.
}
scheduled-keep = Keep them
scheduled-cancel-number = { $number ->
    [one] Cancel 1 scheduled invitation
   *[other] Cancel { $number } scheduled invitations
}
scheduled-cancelled-all = { $number ->
    [one] Cancelled 1 scheduled invitation
   *[other] Cancelled { $number } scheduled invitations
}
