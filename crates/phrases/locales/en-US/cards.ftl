### What the cards in Discord have in common.

card-author = { $team } · you are { $role }
card-log-entry = Log entry { $seq }
card-cancel = Cancel
card-undo = Undo
card-edit = Edit
card-open = Open…
card-show-only = Show only…
card-reload = Reload
card-try-again = Try again
card-previous = ‹ Previous
card-page = Page { $page } of { $pages }
card-next = Next ›
card-all-roles = All roles
card-nothing-changed = Nothing was changed
card-type-name = You type the team's name before anything happens
card-incident = Incident { $id }
card-old-title = This button is from an earlier version
card-old-text = Run the command again to get a fresh one.

## Titles of refusals

refused-denied = That is not yours to do
refused-not-found = Not found
refused-unavailable = Not available right now
refused-internal = Something broke on our side
refused-not-linked = Link your account first
refused-no-team = No team yet
refused-not-yet = Not yet
refused-stale = That was a moment ago
refused-closed = This invitation is closed
refused-links-off = Invite links are off
refused-link-over = This invite link is over
refused-plan = This needs another plan
refused-seats = No seat is left
