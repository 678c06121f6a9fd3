### One Discord user: invited by a card in a channel, and looked at from Discord's menu of a person.

card-public-title = You are invited to { $team }
card-public-text = { $inviter } invites { $name } to { $team } as { $role }. Only { $name } can open the invitation; it ends { $ends }.
card-open-mine = Open my invitation
card-invited-title = { $name } is invited
card-invited-text = The card in this channel is for { $name } alone, who becomes { $role } by it. It ends { $ends }.
card-revoke = Cancel the invitation…
card-not-posted-title = The card is not in this channel
card-not-posted-text = The invitation is open, but Discord did not take its card. Let Muster see this channel and write in it (View Channel, Send Messages), then invite again: the new invitation replaces this one.
card-not-yours = This invitation is for somebody else. Ask somebody in the team if you want to join as well.
card-over = { $status ->
    [accepted] This invitation was already accepted. `/team list` shows your teams.
    [expired] This invitation has expired. Ask whoever invited you for a new one.
    [revoked] This invitation was cancelled. Ask whoever invited you if you think that is a mistake.
    [replaced] This invitation was replaced by a newer one, or you came in by another way. Use the latest card.
    [declined] This invitation was declined. Ask for a new one if you have changed your mind.
   *[pending] This invitation is open again. Press the button again to see it.
 }
card-bot = it is a bot's; choose a person
card-fields = This team asks for more about each person than Discord knows. Invite them by mail, with `/invite email`.
card-offered-title = Join { $team } as { $role }?
card-offered-text = { $inviter } invites you, and it ends { $ends }. Your Discord account is your login: you need no address and no password.
card-join = Join { $team } as { $role }
card-decline = Decline
card-joined-title = You are in { $team }
card-joined-text = Your role counts from your next click on. `/help` shows what you can do.
card-declined-title = You declined the invitation to { $team }
card-declined-text = Nothing was changed about your account, and nobody is told but by the team's log.
card-for = for { $name }
card-only = Its card is in the channel where it was made, and only { $name } can open it.
card-whom = For

## From the menu of a person

profile-none-title = { $name } is not in { $team }
profile-none-invite = You can invite them: a card in this channel, which only they can open.
profile-none-text = Whoever may invite people can invite them.
profile-invite = Invite to the team
manage-role = Give another role…
manage-nothing = Your role lets you change nothing about this membership.
