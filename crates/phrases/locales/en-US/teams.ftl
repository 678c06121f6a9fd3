### Teams and one's own account.

teams-which-title = Which team?
teams-which = You are in several teams. Choose one, and your command goes on.
teams-which-more = You are in several teams. Choose one, and your command goes on; for one that is not listed, use the option `team`.
teams-choose = Choose a team
teams-create = Create a team
teams-none = Create one for this server, or follow the link of an invitation.
teams-chosen = chosen
teams-title = { $count ->
    [one] You are in 1 team
   *[other] You are in { $count } teams
 }
teams-work-with = Work with…
teams-see = See the team
teams-see-mine = See my teams
teams-switched-title = You work with { $team } now
teams-switched-text = Commands mean it here, and in other servers when nothing else says which team is meant.
teams-overview = Founded { $founded }. Rules “{ $rules }”: { $summary }
teams-deactivated = { $count } deactivated
teams-members = Members
teams-pending = Pending invitations
teams-plan = Plan
teams-no-plan = none
teams-seats = Seats
teams-seats-used = { $used } of { $cap } used

## Founding

team-created-title = { $team } is ready
team-created-text = You are its first { $role }, and commands in this server now mean this team. Its rules: { $summary }
team-form-title = Create a team
team-form-name = Name of the team
team-form-preset = Rules it starts with

## Handing over

transfer-ask-title = Make { $to } { $top } of this team?
transfer-ask-own = { $to } will be able to do everything in the team. You become { $role }, and only somebody who is { $top } can give that back.
transfer-ask = { $to } will be able to do everything in the team. { $from } becomes { $role }, and only somebody who is { $top } can give that back.
transfer-do = Transfer to { $to }…
transfer-done = { $from } is { $role } from now on. Both count from the next click on.
transfer-form-title = Hand over the top role
name-form = Type the team's name to go on

## Deleting and bringing back

delete-ask-title = Delete { $team }?
delete-ask = { $people ->
    [one] 1 member loses access at once.
   *[other] { $people } members lose access at once.
 } For { $days } days it can be brought back; then everything of it is deleted for good.
delete-ask-invitations = { $people ->
    [one] 1 member loses access at once
   *[other] { $people } members lose access at once
 }, and { $invitations ->
    [one] 1 open invitation stops working
   *[other] { $invitations } open invitations stop working
 }. For { $days } days it can be brought back; then everything of it is deleted for good.
delete-do = Delete { $team }…
delete-form-title = Delete the team
deleted-title = { $team } is deleted
deleted-text = Nobody has access any more. It can be brought back until { $until }; then everything of it is deleted for good.
deleted-restore = Restore { $team }
restored-title = { $team } is back
restored-text = Everything is as it was when it was deleted, { $deleted }. Invitation mails that waited then were not sent; resend them.

## Plans

plan-set-title = { $team } has another plan
plan-set = It counts from the next invitation on.
plan-set-over = It uses more seats than the plan has. Nobody loses theirs, but nobody new can join.
plan-choice = { $plan }: { $seats ->
    [one] 1 seat
   *[other] { $seats } seats
 }
plan-choice-uncapped = { $plan }: no cap
plan-choice-none = None

## One's own account

account-link-title = Link your Discord account
account-link-text = Open the page, sign in, and confirm both names. It works once, for { $minutes } minutes, and only for you.
account-link = Link my account
account-linked-title = You are linked already
account-title = Your Muster account
account-no-email = none: your Discord account is your sign-in
account-no-team = none yet
account-name = Name
account-teams = Teams
