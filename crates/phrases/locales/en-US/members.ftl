### Members, their roles, and the end of a membership.

members-title = { $count ->
    [one] 1 member
   *[other] { $count } members
 }
members-title-status = { $count ->
    [one] 1 member
   *[other] { $count } members
 }, { $status }
members-title-role = { $count ->
    [one] 1 member
   *[other] { $count } members
 } with the role { $role }
members-none-role = Nobody has this role yet.
members-none = Nobody is listed here.
members-invite = Invite someone
members-see = See members
members-all = All members

## Of one member

member-status-active = Active
member-status-deactivated = Deactivated
member-status-removed = Removed
member-status-left = Left
member-is-active = active
member-is-deactivated = deactivated
member-is-removed = removed
member-is-left = left
member-inactive = inactive since { $day }
member-joined = joined { $day }
member-joined-by = { $day }, invited by { $inviter }
member-invited-by = invited by { $inviter }
member-unlinked = Discord not linked
member-no-email = none
member-role = Role
member-status = Status
member-email = Email
member-joined-field = Joined
member-last-active = Last active
member-reactivate = Reactivate
member-deactivate = Deactivate
member-remove = Remove { $name }…
member-choice-deactivated = { $member } · deactivated

## Roles

role-ask-title = Make { $name } { $role }?
role-ask-top = { $name } will be able to do everything you can, including changing your role.
role-ask-from-top = { $name } will no longer be { $from }. Another { $top } can undo this later.
role-do = Make { $name } { $role }
role-done-title = { $name } is now { $role }
role-done = Before: { $from }. It counts from their next click on.
role-done-undo =
    Before: { $from }. It counts from their next click on.
    Undo ends { $until }.

## The end of a membership

ended-invitations = { $count ->
    [one] The open invitation that they sent stops working.
   *[other] { $count } open invitations that they sent stop working.
 }
deactivated-title = { $name } is deactivated
deactivated-text = { $name } has no access from their next click on. Reactivate them at any time.
deactivated-text-invitations =
    { $name } has no access from their next click on.
    { $invitations }
    Reactivate them at any time.
reactivated-title = { $name } is active again
reactivated-text = { $name } is { $role } as before.
remove-title = Remove { $name }?
remove-text = { $name }, who is { $role }, loses access at once. What they did stays in the log.
remove-text-invitations =
    { $name }, who is { $role }, loses access at once.
    { $invitations }
    What they did stays in the log.
remove-permanent = This is permanent and cannot be undone. Consider deactivating instead.
remove-deactivate = Deactivate instead
remove-do = Remove { $name }
removed-title = { $name } is removed
removed-text = { $name } has no access from their next click on.
leave-title = Leave { $team }?
leave-text = You lose access to the team and its content at once. To come back, you have to be invited again.
leave-do = Leave { $team }
leave-instead = Leave the team…
left-title = You have left { $team }
left-text = What you did there stays in its log. Your account and your other teams are as they were.
