### The words of mails. What stands in braces with a dollar sign is filled in.

## Around every mail

mail-link-instead = If the button does not work, open this link:
mail-footer = Sent by Muster at { $host }.

## Invitation

invitation-subject = { $inviter } invited you to { $team }
invitation-title = You are invited to { $team }
invitation-text = { $inviter } invited you to join { $team } as { $role }.
invitation-note = { $inviter } wrote:
invitation-button = Open the invitation
invitation-until = The link works once, until { $until }. It is meant for you alone: please do not pass it on.
invitation-unexpected = Didn't expect this? Then ignore this mail. Nothing happens unless the link is used.
invitation-stop = Not you? Never mail me again

## Reminder of an invitation

reminder-subject = Your invitation to { $team } ends on { $day }
reminder-title = Your invitation to { $team } is still open
reminder-text = { $inviter } invited you to join { $team } as { $role }. The invitation ends on { $until }, and then its link no longer works.
reminder-once = This is the only reminder. If you don't want to join, there is nothing to do.

## Joining by an invite link

join-subject = Join { $team }
join-sign-up-text = Somebody, probably you, wants to join { $team } as { $role } with this address. Choose a name and a password, and you are in.
join-sign-up-until = The link works once, until { $until }. It proves that this address is yours: please do not pass it on.
join-sign-up-button = Create my account
join-sign-in-text = Somebody, probably you, wants to join { $team } as { $role } with this address. You have an account already: sign in, open the invite link, and press “Join”.
join-sign-in-button = Sign in and join
join-unexpected = Wasn't it you? Then ignore this mail. Nothing happens unless the link is used.

## Role changed

role-changed-subject = Your role in { $team } is now { $to }
role-changed-text = { $by } changed your role in { $team } from { $from } to { $to }. It counts from now on.
role-changed-button = Open the team
role-changed-mistake = Is that a mistake? Ask { $by }.

## Membership ended or suspended

access-ended-subject = { $how ->
    [removed] You are no longer in { $team }
   *[deactivated] Your access to { $team } is suspended
}
access-ended-text = { $how ->
    [removed] { $by } removed you from { $team } on { $at }. From then on you have no access to it.
   *[deactivated] { $by } suspended your membership in { $team } on { $at }. You have no access until somebody there reactivates you.
}
access-ended-stays = Your account stays yours, and so do your other teams.
access-ended-mistake = Is that a mistake? Ask { $by }.
access-ended-button = See your account

## Team deleted

team-deleted-mail-subject = { $team } was deleted
team-deleted-mail-text = { $by } deleted the team { $team } on { $at }. Nobody has access to it any more, and its links no longer work.
team-deleted-mail-back = You can bring it back until { $until }: it stands under /team list in Discord. After that it is deleted for good.

## Invitation not delivered

delivery-failed-subject = Your invitation to { $address } was not delivered
delivery-failed-title = Your invitation was not delivered
delivery-failed-text = The mail that invites { $address } to { $team } as { $role } could not be delivered. It will not be tried again.
delivery-failed-said = The mail server said
delivery-failed-why = What happened
delivery-failed-do = Check the address. If it is wrong, invite the right one with /invite email in Discord. If it is right, ask for another address, or try /invite resend later. /invite show tells how far the invitation has come.
delivery-failed-button = Open the team

## The mail with the code

invitation-code-subject = { $code } is your code to join { $team }
invitation-code-title = Your code to join { $team }
invitation-code-text = Somebody, probably you, opened an invitation to { $team } for this address. This code proves that the address is yours: type it on the page of the invitation.
invitation-code-name = Code
invitation-code-until = It works until { $until }. Please do not pass it on.
invitation-code-unexpected = Didn't expect this? Then ignore this mail. Nothing happens unless the code is used.

## What somebody has to know at once

alert-subject = { $kind ->
    [webhook-stopped] A webhook of { $team } was turned off
    [security-mass-removal] Many members of { $team } were removed
   *[announcements-stopped] { $team } no longer announces anything
 }
alert-do = { $kind ->
    [webhook-stopped] What happened meanwhile is in the team's log. Once the receiver works, turn the webhook on again on the team's page.
    [security-mass-removal] If that was not meant to happen, change the role of whoever did it and look at the log.
   *[announcements-stopped] What happened is in the team's log as ever.
 }
alert-channel = its channel
alert-button = See the team
