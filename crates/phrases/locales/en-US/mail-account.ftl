### Mails to somebody about their own account.

## Discord linked and unlinked

discord-linked-subject = @{ $username } is now linked to your account
discord-linked-text = The Discord account @{ $username } was linked to your Muster account on { $at }. Whoever uses it there acts with your roles.
discord-linked-button = See your account
discord-linked-not-you = Wasn't it you? Then tell whoever runs Muster at { $host } and the owners of your teams right away.
discord-unlinked-subject = @{ $username } is no longer linked to your account
discord-unlinked-text = The Discord account @{ $username } was unlinked from your Muster account on { $at }. It no longer acts with your roles; sign in with your address and password.
discord-unlinked-not-you = Wasn't it you? Then choose a new password with “Forgotten your password?” on the sign-in page, and tell whoever runs Muster at { $host }.

## New sign-in

new-sign-in-subject = New sign-in to your account
new-sign-in-text = Somebody signed in to your Muster account with your password, with a browser that you have not used here lately.
new-sign-in-discord-text = Somebody signed in to your Muster account through Discord, with a browser that you have not used here lately.
new-sign-in-browser = Browser
new-sign-in-at = Time
new-sign-in-you = If that was you, there is nothing to do.
new-sign-in-not-you = Wasn't it you? Then somebody else knows your password. Choose another one now: that ends every session. Change it wherever else you use it, and tell whoever runs Muster at { $host }.
new-sign-in-discord-not-you = Wasn't it you? Then somebody else uses your Discord account. Change its password at Discord, end the other sessions on your account page here, and tell whoever runs Muster at { $host }.
new-sign-in-button = See your account
new-sign-in-choose = Choose another password
browser-and-system = { $name } on { $system }
browser-alone = { $name }
browser-system-alone = A browser on { $system }
browser-unknown = One that we do not know

## A forgotten password

reset-password-subject = Choose a new password
reset-password-text = Hello { $name }, somebody, probably you, has forgotten the password of your Muster account. Choose a new one; every session of the account ends then.
reset-password-button = Choose a password
reset-password-until = The link works once, until { $until }. Whoever has it can get into your account: please do not pass it on.
reset-password-not-you = Wasn't it you? Then ignore this mail. Your password stays as it is.

## The address of an account

verify-address-subject = Is this your address?
verify-address-text = The Muster account of { $name } is to have this address: to sign in with it, and for mails. Open the link in the browser in which you are signed in there, and confirm it.
verify-address-button = See and confirm
verify-address-until = The link works once, until { $until }.
verify-address-not-you = Wasn't it you? Then ignore this mail. Nothing happens unless the link is used.
address-changed-subject = Your account has another address
address-changed-text = Since { $at } your Muster account has the address { $to }. You sign in with that one, and mails go there.
address-changed-button = See your account
address-changed-not-you = Wasn't it you? Then tell whoever runs Muster at { $host } and the owners of your teams right away.

## Another password

password-changed-subject = Your password was changed
password-changed-text = The password of your Muster account was changed on { $at }. Every other session has ended.
password-changed-not-you = Wasn't it you? Then choose another one now, and tell whoever runs Muster at { $host } and the owners of your teams.
password-changed-button = It wasn't me
