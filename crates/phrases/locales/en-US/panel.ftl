### The panel that a team posts in a channel.

panel-title = { $team } and you
panel-text =
    Were you invited by mail, or did you join by a link? Link your Discord account, and your role counts here too.
    What the buttons show is for your eyes only.
panel-membership = My membership
panel-posted-title = The panel is posted
panel-posted = It is in { $channel }. Pin it, so that people find it.
panel-not-posted-title = The panel could not be posted
panel-not-posted = Discord does not let me write in { $channel }. Give my role “View Channel”, “Send Messages” and “Embed Links” there, then check again.
panel-check-again = Check again
panel-no-membership-title = You are no member of this team
panel-no-membership = If you were invited by mail, follow its link first, then press “Link my account”. Otherwise ask somebody in the team for an invitation.
