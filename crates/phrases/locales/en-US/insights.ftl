### What a team's past adds up to. Titles and notes stand in pictures too, where there is little room.

insights-report = { $report ->
    [growth] Members
    [invitations] Invitations
    [roles] Roles
    [people] Most active people
    [features] What is used
   *[trends] Activity
 }
insights-range = { $range ->
    [week] 7 days
    [month] 30 days
    [quarter] 13 weeks
   *[year] 52 weeks
 }
insights-title = { $report } of { $team }
insights-other = Another report…
insights-text = { $report ->
    [growth] Members at the end of each day or week, counted by what the log says of joining and leaving.
    [invitations] What became of the invitations that were made in this time.
    [roles] Who has which role today.
    [people] By what the log and the host product say of them. Only members of today are named.
    [features] What the host product reported.
   *[trends] What people did here, and what the host product reported, beside the same time before.
 }
insights-few = There is too little for a picture yet.
insights-nothing = There is nothing of this in { $range } yet.
insights-no-events = The host product has reported nothing in { $range }; it does so through the API.

## Growth

insights-growth-note = { $gone ->
    [0] members · { $joined } joined in { $range }
   *[other] members · { $joined } joined, { $left } left in { $range }
 }
insights-members-now = Members now
insights-members-then = Members { $range } ago
insights-members-founded = Members at the beginning
insights-joined = Joined
insights-left = Left or removed

## Invitations

insights-invitations-note = accepted, of { $sent } sent in { $range }
insights-sent = Sent
insights-delivered = Delivered
insights-accepted = Accepted
insights-declined = Declined
insights-expired = Expired
insights-revoked = Revoked
insights-replaced = Replaced by a newer one
insights-open = Still open
insights-not-accepted = Ended otherwise
insights-median = Half of those who accepted did so within
insights-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
 }
insights-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
 }
insights-days = { $count ->
    [one] 1 day
   *[other] { $count } days
 }

## Roles

insights-roles-note = members in { $roles ->
    [one] 1 role
   *[other] { $roles } roles
 }
insights-suspended = { $members } ({ $count } suspended)
insights-more-roles = All others

## People

insights-people-note = of { $members } members were active in { $range }
insights-person = { $times } ({ $acts } here, { $events } in the host product)
insights-pairs = Work on the same things
insights-pair = { $one } and { $other }: { $count }
insights-inviters = Brought others in
insights-inviter = { $name }: { $count }

## Features

insights-features-note = events of { $kinds ->
    [one] 1 kind
   *[other] { $kinds } kinds
 } in { $range }
insights-feature = { $people ->
    [0] { $times }
    [one] { $times } by 1 person
   *[other] { $times } by { $people } people
 }
insights-before = , before { $before }
insights-created = Created
insights-created-most = { $created } things, most of them on { $weekday } ({ $count })
insights-more-kinds = Further kinds

## Trends

insights-trends-note = things done by { $people ->
    [one] 1 person
   *[other] { $people } people
 } in { $range }
insights-acts = Here
insights-events = In the host product
insights-active = People
insights-than = { $now }, before { $before }
insights-than-more = { $now }, { $percent } % more than before ({ $before })
insights-than-less = { $now }, { $percent } % less than before ({ $before })
