### What a team says in public when something changes, and what somebody has to know at once.

announce-none-title = Nothing is announced yet
announce-none = Choose a channel with `/activity announce channel:`, and Muster says there when somebody joins, leaves or gets another role: no address, no open invitation, and nobody is pinged.
announce-on-title = Changes are announced
announce-off-title = Nothing is announced
announce-kinds-title = What is announced has changed
announce-text = One line for each change, in the team's language, within about a minute. Everybody can opt out with `/account notifications`.
announce-where = Where
announce-what = What
announce-no-kinds = Nothing yet: choose below
announce-choose = Choose what to add or leave out…
announce-add = Announce: { $kind }
announce-drop = Leave out: { $kind }
announce-turn-on = Announce again
announce-turn-off = Announce nothing
announce-not-written-title = Muster may not write there
announce-not-written = Discord did not take a message in { $channel }. Let Muster see that channel and write in it, then check again; until then nothing can be announced.
announce-greeting-title = News of { $team }
announce-greeting = When something changes in the team, it is said here. Whoever does not want to be named opts out with `/account notifications`.

## The lines

announce-line = { $kind ->
    [invitation-accepted] { $who } joined as { $role }
    [member-joined-by-link] { $who } joined as { $role }
    [member-left] { $who } left
    [member-removed] { $who } is no longer in the team
    [ownership-transferred] { $who } is { $role } now
    [team-renamed] The team is called { $who } now
   *[policy-changed] The team has new rules
 }
announce-role = { $who } is { $to } now, and was { $from }
announce-plan = { $to ->
    [none] The team has no plan now
   *[other] The team has the plan { $to } now
 }

## What somebody has to know at once

alert-title = { $kind ->
    [webhook-stopped] A webhook was turned off
    [security-mass-removal] Many members were removed
   *[announcements-stopped] Nothing is announced any more
 }
alert-text = { $kind ->
    [webhook-stopped] The webhook to { $subject } took nothing, so nothing is sent there any more.
    [security-mass-removal] { $by } removed { $subject } members within 10 minutes.
   *[announcements-stopped] Discord does not let Muster write in { $subject } any more, or it is gone. Choose a channel with /activity announce to go on.
 }
alert-when = When
