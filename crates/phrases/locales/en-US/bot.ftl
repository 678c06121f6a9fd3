### What the bot says of its own accord. The texts become Markdown: what is filled in has been escaped.

undelivered-title = Invitation not delivered
undelivered-text = The mail that invites { $address } as { $role } could not be delivered. Check the address, or ask for another; `/invite show` in your server tells more, and `/invite resend` tries again.
undelivered-said = The mail server said
undelivered-why = What happened
