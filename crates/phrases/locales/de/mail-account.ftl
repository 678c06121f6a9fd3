### Mails über das eigene Konto.

## Discord verknüpft und gelöst

discord-linked-subject = @{ $username } ist jetzt mit deinem Konto verknüpft
discord-linked-text = Das Discord-Konto @{ $username } wurde am { $at } mit deinem Muster-Konto verknüpft. Wer es benutzt, handelt dort mit deinen Rollen.
discord-linked-button = Konto ansehen
discord-linked-not-you = Das warst nicht du? Dann gib sofort den Leuten Bescheid, die Muster auf { $host } betreiben, und den Eigentümern deiner Teams.
discord-unlinked-subject = @{ $username } ist nicht mehr mit deinem Konto verknüpft
discord-unlinked-text = Das Discord-Konto @{ $username } wurde am { $at } von deinem Muster-Konto gelöst. Es handelt nicht mehr mit deinen Rollen; melde dich mit Adresse und Passwort an.
discord-unlinked-not-you = Das warst nicht du? Dann wähle auf der Anmeldeseite unter „Forgotten your password?“ ein neues Passwort und gib den Leuten Bescheid, die Muster auf { $host } betreiben.

## Neue Anmeldung

new-sign-in-subject = Neue Anmeldung bei deinem Konto
new-sign-in-text = Jemand hat sich mit deinem Passwort bei deinem Muster-Konto angemeldet, und zwar mit einem Browser, den du hier länger nicht benutzt hast.
new-sign-in-discord-text = Jemand hat sich über Discord bei deinem Muster-Konto angemeldet, und zwar mit einem Browser, den du hier länger nicht benutzt hast.
new-sign-in-browser = Browser
new-sign-in-at = Zeit
new-sign-in-you = Wenn du das warst, brauchst du nichts zu tun.
new-sign-in-not-you = Das warst nicht du? Dann kennt jemand dein Passwort. Wähle jetzt ein anderes: Damit enden alle Sitzungen. Ändere es überall, wo du es sonst benutzt, und gib den Leuten Bescheid, die Muster auf { $host } betreiben.
new-sign-in-discord-not-you = Das warst nicht du? Dann benutzt jemand dein Discord-Konto. Ändere das Passwort bei Discord, beende hier auf deiner Kontoseite die anderen Sitzungen und gib den Leuten Bescheid, die Muster auf { $host } betreiben.
new-sign-in-button = Konto ansehen
new-sign-in-choose = Anderes Passwort wählen
browser-and-system = { $name } unter { $system }
browser-alone = { $name }
browser-system-alone = Ein Browser unter { $system }
browser-unknown = Einer, den wir nicht kennen

## Ein vergessenes Passwort

reset-password-subject = Wähle ein neues Passwort
reset-password-text = Hallo { $name }, jemand, wahrscheinlich du, hat das Passwort deines Muster-Kontos vergessen. Wähle ein neues; damit enden alle Sitzungen des Kontos.
reset-password-button = Passwort wählen
reset-password-until = Der Link gilt einmal, und zwar bis { $until }. Wer ihn hat, kommt in dein Konto: Bitte gib ihn nicht weiter.
reset-password-not-you = Das warst nicht du? Dann beachte diese Mail nicht. Dein Passwort bleibt, wie es ist.

## Die Adresse eines Kontos

verify-address-subject = Ist das deine Adresse?
verify-address-text = Das Muster-Konto von { $name } soll diese Adresse bekommen: zum Anmelden und für Mails. Öffne den Link in dem Browser, in dem du dort angemeldet bist, und bestätige ihn.
verify-address-button = Ansehen und bestätigen
verify-address-until = Der Link gilt einmal, und zwar bis { $until }.
verify-address-not-you = Das warst nicht du? Dann beachte diese Mail nicht. Solange niemand den Link benutzt, passiert nichts.
address-changed-subject = Dein Konto hat eine andere Adresse
address-changed-text = Seit { $at } hat dein Muster-Konto die Adresse { $to }. Damit meldest du dich an, und dorthin gehen Mails.
address-changed-button = Konto ansehen
address-changed-not-you = Das warst nicht du? Dann gib sofort den Leuten Bescheid, die Muster auf { $host } betreiben, und den Eigentümern deiner Teams.

## Ein anderes Passwort

password-changed-subject = Dein Passwort wurde geändert
password-changed-text = Das Passwort deines Muster-Kontos wurde am { $at } geändert. Alle anderen Sitzungen sind beendet.
password-changed-not-you = Das warst nicht du? Dann wähle jetzt ein anderes und gib den Leuten Bescheid, die Muster auf { $host } betreiben, und den Eigentümern deiner Teams.
password-changed-button = Das war nicht ich
