### Help. Commands stand in backticks.

help-choose = Another topic…
help-fine = fine
help-channel = This channel
help-channel-mend = Muster can't write here: give it View Channel and Send Messages
help-team = Team of this server
help-team-mend = none yet: `/team create`
help-link = Linking
help-link-mend = not set up by whoever runs this Muster
help-mail = Mail
help-mail-mend = not set up by whoever runs this Muster; invite with `/invite person`
help-start = Getting started
help-start-text = Muster keeps a team's members, roles and invitations. `/team create` founds a team, by the rules of a preset; it needs Manage Server. `/invite email` or `/invite person` brings people in, `/member list` shows them, `/team overview` sums up. Replies are for your eyes only.
help-inviting = Inviting
help-inviting-text = `/invite email` mails up to 20 addresses after a review, `/invite bulk` takes a CSV file, `/invite person` shows a card that only one person on this server can open, `/invite link create` makes a link where the team's rules allow it. `/invite list` tells how far each has come, with its delivery; from there you resend or cancel.
help-roles = Roles and members
help-roles-text = Roles and what each may do come from the team's rules: `/team policy show`. `/member role` changes a role, with Undo. `/member deactivate` suspends, `/member remove` ends, after a question. `/activity log` says who did what. Being an administrator of this server gives no authority over a team.
help-linking = Linking your Discord account
help-linking-text = `/link` opens a page where you sign in and confirm both names; it works once, for ten minutes. Whoever founded a team here or accepted a card is known by Discord already. `/account status` says who you are to Muster, `/account unlink` takes Discord off.
help-privacy = Privacy
help-privacy-text =
    Muster stores your name, address, Discord user, memberships, sessions and what you did in teams. It reads no messages.
    Only those who may invite see addresses in full.
    `/account export` hands out everything about you, `/account notifications` says what you are told of, `/account erase` ends the account; what you did stays in the teams' logs.
help-problems = When something does not work
help-problems-text = Each refusal says why, what to do, and a code such as `NEED-ROLE`. “Something broke on our side” comes with an incident id: give it to whoever runs this Muster, who finds it in the program's log. `REPEATED` means that it was done already; `STALE` that it has changed since it was shown.
