### One's own account.

wish-title = What Muster tells you of
wish-text = What concerns your access or your sign-in is told in any case.
wish-on = on
wish-off = off
wish-undelivered = Your invitations that were not delivered
wish-undelivered-on = Tell me what was not delivered
wish-undelivered-off = Don't tell me what was not delivered
wish-role-mails = Mails about your role
wish-role-mails-on = Mail me when my role changes
wish-role-mails-off = Don't mail me when my role changes
wish-announced = Announcements in channels that name you
wish-announced-on = Name me in announcements
wish-announced-off = Don't name me in announcements

own-export-title = Everything about you is in the file
own-export-text = Your account, memberships, sessions, links, invitations you sent, mails to you, and what you did. Only you see this message; keep the file to yourself.
own-export-cut = It is more than Discord takes in one file: the account is whole, what you did is not. Ask whoever runs this Muster for the rest.

unlink-ask-title = Unlink @{ $username }?
unlink-ask-text = Commands in Discord no longer know you, until you link an account again. Your account and your teams stay; sign in on the web with your address and password.
unlink-do = Unlink @{ $username }
unlinked-title = @{ $username } is unlinked
unlinked-text = It counts from your next click on. The log of each of your teams says so.

erase-ask-title = Erase your account?
erase-goes = What goes: your name (you become “Erased account”; now { $name }), your address in the account and in mails and invitations to you that are over, your password, sessions, browsers and drafts, and the link to Discord.
erase-teams = { $count ->
    [0] You are in no team.
    [one] Your membership in 1 team ends.
   *[other] Your memberships in { $count } teams end.
 }
erase-stays = What stays: what you did, in the logs of your teams, under the name you had then, because those entries are signed. This cannot be undone.
erase-type-name = You type your name before anything happens
erase-do = Erase my account…
erase-form-title = Erase your account
erase-form = Type your name as it is here
erased-title = Your account is erased
erased-text = Nobody is behind it any more, and it cannot come back. To take part again, you need a new invitation or a team of your own.
