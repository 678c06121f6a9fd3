### Warum etwas nicht getan wurde, und was zu tun ist. Jede ist ein Satz; Discord, die Seiten und die API zeigen denselben.

own-words = { $words }

## Aufzählungen

list-all = { $first } und { $last }
list-one-of = { $first } oder { $last }

## Nicht da, nicht jetzt

not-found = { $what ->
    [team] Dieses Team gibt es nicht, oder du darfst es nicht sehen.
    [member] Dieses Mitglied gibt es nicht, oder du darfst es nicht sehen.
    [invitation] Diese Einladung gibt es nicht, oder du darfst sie nicht sehen.
    [invite-link] Diesen Einladungslink gibt es nicht, oder du darfst ihn nicht sehen.
    [API-key] Diesen API-Schlüssel gibt es nicht, oder du darfst ihn nicht sehen.
    [log-entry] Diesen Eintrag gibt es nicht, oder du darfst ihn nicht sehen.
    [scheduled-invitation] Diese eingeplante Einladung gibt es nicht, oder du darfst sie nicht sehen.
    [account] Dieses Konto gibt es nicht, oder du darfst es nicht sehen.
    [page] Diese Seite gibt es nicht, oder du darfst sie nicht sehen.
    [webhook] Diesen Webhook gibt es nicht, oder du darfst ihn nicht sehen.
    [webhook-delivery] Diese Nachricht an einen Webhook gibt es nicht, oder du darfst sie nicht sehen.
   *[other] Das gibt es nicht, oder du darfst es nicht sehen.
 }
unavailable = Unsere Datenbank ist gerade nicht zu erreichen. Nichts wurde geändert; versuch es in einer Minute noch einmal.
internal = Bei uns ist etwas kaputtgegangen. Nichts wurde geändert.
stale = Das hat sich geändert, seit es angezeigt wurde. Lade neu, um den jetzigen Stand zu sehen.
repeated = Das ist schon geschehen.

## Texte

what-name = Name
what-team-name = Teamname
what-note = Notiz
what-reason = Begründung
what-email = E-Mail-Adresse
what-first-name = Vorname
what-last-name = Nachname
what-phone = Telefonnummer
what-role = Rolle
what-status = Status
what-kind = Art des Eintrags
what-plan = Tarif
what-preset = Vorlage
what-file = Datei
what-account = Konto
what-topic = Thema
what-domain = Domain
what-domains = Liste der Domains
what-uses = Zahl der Verwendungen
what-time = Zeit
domain-bad = { $why }; schreib sie wie example.org
number-range = erlaubt ist { $least } bis { $most }
not-a-number = das ist keine Zahl
list-long = sie hat { $length }, und höchstens { $most } sind erlaubt
what-policy = Regelwerk
file-place = Zeile { $line }, Spalte { $column }: { $reason }
file-line = Zeile { $line }: { $reason }
what-line = Zeile
what-event-kind = Art des Ereignisses
what-event-times = Anzahl
what-event-subject = Name des Gegenstands
what-events = Liste der Ereignisse
file-no-csv = sie ist keine Tabelle in CSV
file-lines = sie hat mehr als { $most } Zeilen; gib sie in Teilen ab
file-nobody = niemand steht darin
line-surplus = sie hat mehr Zellen, als es Spalten gibt; setz einen Text mit Kommas in Anführungszeichen
file-columns = zwei ihrer Spalten bedeuten dasselbe, und eine heißt „{ $name }“
file-no-headings = Zeile { $line } hat mehrere Zellen, und keine erste Zeile sagt, was sie sind; beginn mit einer wie `email,role`
text-bad = { $what } kann so nicht verwendet werden: { $reason }.
text-control = Zeilenumbrüche und Steuerzeichen sind nicht erlaubt
text-empty = da steht nichts
text-long = das sind { $length } Zeichen, und höchstens { $most } sind erlaubt
name-unknown = es gibt nichts namens `{ $name }`
choose-offered = wähle eines von denen, die angeboten werden
event-kind-bad = schreib eine Sache und ein Verb klein mit einem Punkt dazwischen, etwa `link.created`, höchstens 64 Zeichen
event-kind-ours = „{ $thing }“ ist etwas von Muster selbst; nenne deines anders
event-times-bad = eine ganze Zahl von 1 bis { $most }
event-subject-bad = höchstens { $most } Zeichen, ohne Zeilenumbrüche
event-time-bad = ein Zeitpunkt innerhalb des letzten Jahres
events-many = 1 bis { $most } auf einmal
since-bad = schreib 7d, 24h oder einen Tag wie 2026-11-01
plan-not-needed = die Regeln dieses Teams brauchen keinen Tarif
plan-unknown = es gibt keinen namens `{ $name }`; es gibt { $known }, und none für keinen
file-too-long = sie hat mehr als { $most } KiB
file-not-utf8 = sie ist kein Text in UTF-8; speichere sie als UTF-8 und gib sie noch einmal ab
file-away = Discord gibt sie gerade nicht heraus; gib sie in einer Minute noch einmal ab
field-missing = Dieses Team verlangt bei jeder Einladung: { $what }.
email-bad = Das ist keine E-Mail-Adresse, die wir verwenden können: { $reason }.
email-no-at = ihr fehlt das @
email-local-length = der Teil vor dem @ braucht 1 bis 64 Zeichen
email-local-characters = der Teil vor dem @ hat Zeichen, die Mailserver ablehnen
email-domain-invalid = die Domain ist nicht gültig
email-domain-incomplete = die Domain ist nicht vollständig
email-domain-number = die Domain ist eine Zahl
email-long = sie ist länger als 254 Zeichen
password-weak = Dieses Passwort ist nicht stark genug. { $reason }
password-short = Nimm mindestens { $least } Zeichen; ein paar Wörter ohne Zusammenhang sind gut.
password-long = Nimm höchstens { $most } Zeichen.
password-guessable = Es ist leicht zu erraten: nimm ein paar Wörter ohne Zusammenhang.

## Einladen und Einladungen

role-unknown = Dieses Team hat keine Rolle `{ $role }`.
already-member = Diese Person ist schon Mitglied dieses Teams.
already-invited = Diese Adresse hat schon eine offene Einladung. Schick diese noch einmal, oder zieh sie zurück.
pending-already = Diese Adresse hat schon eine offene Einladung. Schick sie stattdessen noch einmal.
existing-account = Wer schon ein Konto hat, kann nicht eingeladen werden
suppressed = Diese Adresse möchte von hier keine Einladungen. Lade eine andere Adresse der Person ein, oder bitte sie, hinter dem letzten Link einer Einladungsmail „Wieder Mails schicken“ zu wählen.
cooldown = Diese Adresse hat eben erst eine Mail bekommen. Noch einmal geht es { $until }.
hourly-limit = { $limit ->
    [one] Dieses Team hat seine eine Einladung dieser Stunde verschickt.
   *[other] Dieses Team hat seine { $limit } Einladungen dieser Stunde verschickt.
} Die nächste geht { $until }.
closed = { $status ->
    [accepted] Diese Einladung wurde schon angenommen. Jeder Link gilt einmal; melde dich an, um zum Team zu kommen.
    [expired] Diese Einladung ist abgelaufen. Bitte die Person, die dich eingeladen hat, sie noch einmal zu schicken.
    [revoked] Diese Einladung wurde zurückgezogen. Frag die Person, die dich eingeladen hat, wenn das ein Irrtum sein muss.
    [replaced] Diese Einladung wurde durch eine neuere ersetzt. Nimm den Link aus der letzten Mail.
    [declined] Diese Einladung wurde abgelehnt. Bitte um eine neue, wenn du es dir anders überlegt hast.
   *[pending] Diese Einladung ist wieder offen. Lade neu, um sie zu sehen.
 }
old-link = Es gibt eine neuere Mail mit einem neuen Link. Nimm den Link aus der letzten Mail.
offer-lapsed = Wer dich eingeladen hat, darf diese Rolle nicht mehr vergeben. Bitte jemanden im Team um eine neue Einladung.
wrong-account = Diese Einladung ist für { $address }. Melde dich ab und mach als diese Person weiter.
sign-in-first = Diese Adresse hat schon ein Konto. Melde dich an, um die Einladung anzunehmen.
address-unproven = Öffne den Link in der Einladungsmail: dieser beweist nicht, dass die Adresse deine ist.
beyond-offer = Als { $role } kannst du die Rolle { $offered } nicht anbieten.
invite-role = Mit deiner Rolle kannst du niemanden zu dieser Rolle einladen.
link-limit = Dieses Team hat { $most } gültige Einladungslinks, und mehr gehen nicht. Schalte erst einen ab.
link-domain = Dieser Link ist für Leute mit einer bestätigten Adresse bei { $domains }. Nimm eine solche Adresse, oder bitte jemanden im Team um eine Einladung per Mail.
link-disabled = Dieser Einladungslink wurde abgeschaltet. Bitte jemanden im Team um einen anderen.
link-expired = Dieser Einladungslink ist abgelaufen. Bitte jemanden im Team um einen anderen.
link-full = Dieser Einladungslink wurde so oft benutzt, wie es geht. Bitte jemanden im Team um einen anderen.
sign-up-limit = Dieser Link hat so viele Mails ausgelöst, wie er in einer Stunde darf. Versuch es { $until } noch einmal.
sign-up-over = Dieser Link wurde schon benutzt oder ist zu alt. Öffne den Einladungslink noch einmal und bitte um eine neue Mail.
link-not-top = Ein Einladungslink kann die Rolle { $role } nicht geben. Lade Leute per Mail dazu ein.
link-off = Einladungslinks sind in diesem Team ausgeschaltet.

## Tarife und Plätze

plan-needed = Teamfunktionen gibt es mit dem Tarif { $plans }
plan-none = Dieses Team braucht keinen Tarif.
same-plan = Das Team hat diesen Tarif schon, also wurde nichts geändert.
seats-taken = Mehr Mitglieder lässt der jetzige Tarif nicht zu

## Befugnis

need-role = { $refusal } Du bist { $role }.
only-roles = { $act ->
    [members-view] Nur { $roles } können die Mitglieder sehen.
    [members-invite] Nur { $roles } können Einladungen verschicken.
    [invitations-manage] Nur { $roles } können Einladungen verwalten.
    [roles-change] Nur { $roles } können Rollen ändern.
    [members-remove] Nur { $roles } können Mitglieder entfernen.
    [members-deactivate] Nur { $roles } können Mitglieder deaktivieren.
    [team-settings] Nur { $roles } können die Einstellungen des Teams ändern.
    [ownership-transfer] Nur { $roles } können das Team übergeben.
    [links-manage] Nur { $roles } können Einladungslinks verwalten.
    [activity-view] Nur { $roles } können das Protokoll lesen.
    [analytics-view] Nur { $roles } können die Auswertungen sehen.
    [api-keys-manage] Nur { $roles } können API-Schlüssel verwalten.
    [team-delete] Nur { $roles } können das Team löschen.
   *[other] Das können nur { $roles }.
 }
only-nobody = { $act ->
    [members-view] Niemand in diesem Team kann die Mitglieder sehen.
    [members-invite] Niemand in diesem Team kann Einladungen verschicken.
    [invitations-manage] Niemand in diesem Team kann Einladungen verwalten.
    [roles-change] Niemand in diesem Team kann Rollen ändern.
    [members-remove] Niemand in diesem Team kann Mitglieder entfernen.
    [members-deactivate] Niemand in diesem Team kann Mitglieder deaktivieren.
    [team-settings] Niemand in diesem Team kann die Einstellungen ändern.
    [ownership-transfer] Niemand in diesem Team kann es übergeben.
    [links-manage] Niemand in diesem Team kann Einladungslinks verwalten.
    [activity-view] Niemand in diesem Team kann das Protokoll lesen.
    [analytics-view] Niemand in diesem Team kann die Auswertungen sehen.
    [api-keys-manage] Niemand in diesem Team kann API-Schlüssel verwalten.
    [team-delete] Niemand in diesem Team kann es löschen.
   *[other] Das kann niemand in diesem Team.
 }
super-admins-only = Das können nur Super-Admins, die der Betreiber dieses Muster benennt.
rules-of-the-operator = Nur Super-Admins, die der Betreiber dieses Muster benennt, ändern Tarife oder erlauben mehr als { $most } Einladungen pro Stunde. Lass diese Teile, wie sie sind.
rules-beyond = Nur { $top } können ändern, wer ganz oben steht, oder eine Rolle mehr tun lassen, als du selbst kannst. Du bist { $role }.
deactivated = Deine Mitgliedschaft in { $team } ist deaktiviert. Bitte jemanden, der das Team verwaltet, sie zu reaktivieren.
not-a-member = Du bist nicht Mitglied von { $team }. Als Super-Admin nennst du es jedes Mal mit der Option `team`.
needs-manage-guild = Um ein Team für diesen Server zu gründen, brauchst du hier Discords Recht „Server verwalten“. Bitte jemanden, der es hat.
needs-to-write-there = Du kannst in diesem Kanal selbst nicht schreiben, deshalb wird dort auch nichts für dich gepostet. Wähle einen, in dem du schreiben darfst, oder bitte jemanden, der es darf.
beyond-reach = Als { $role } kannst du niemanden { $act ->
    [remove] entfernen
    [deactivate] deaktivieren
   *[reactivate] reaktivieren
 }, der { $whose } ist.
beyond-change = Als { $role } kannst du niemanden von { $from } zu { $to } machen.
assign-role = Mit deiner Rolle kannst du diese Rolle nicht so ändern.
remove-role = Mit deiner Rolle kannst du kein Mitglied mit dieser Rolle entfernen.
deactivate-role = Mit deiner Rolle kannst du kein Mitglied mit dieser Rolle deaktivieren.

## Rollen und Mitgliedschaften

own-role = Deine eigene Rolle kannst du nicht ändern.
same-role = Die Person ist schon { $role }, also wurde nichts geändert.
not-active = Diese Person ist kein aktives Mitglied dieses Teams mehr.
already-active = Diese Person ist schon aktiv, also wurde nichts geändert.
self-remove = Dich selbst kannst du nicht entfernen.
self-remove-leave = Dich selbst kannst du nicht entfernen. Verlass stattdessen das Team.
self-remove-transfer = Dich selbst kannst du nicht entfernen. Übergib erst das Team.
self-deactivate = Dich selbst kannst du nicht deaktivieren.
last-top = Ein Team braucht mindestens eine Person mit der Rolle { $role }.
last-top-transfer = Ein Team braucht mindestens eine Person mit der Rolle { $role }. Übergib erst das Team.
last-top-change = Ein Team braucht mindestens eine Person mit der Rolle { $role }. Mach erst ein anderes Mitglied zu { $role }.
top-fixed = Die Rolle { $role } kann weder geändert noch übergeben werden.
top-not-by-change = Die Rolle { $role } lässt sich durch eine Rollenänderung weder geben noch nehmen.
top-not-removed = { $role } kann weder entfernt noch deaktiviert werden.
top-not-transferred = Die Rolle { $role } kann nicht übergeben werden.
several-holders = In diesem Team haben mehrere die Rolle { $role }. Ändere stattdessen ihre Rollen.
no-other-role = Dieses Team hat keine andere Rolle, die dir bliebe.
nothing-to-transfer = Hier gibt es nichts zu übergeben: mach ein anderes Mitglied zu { $role }.
leave-nobody = Niemand verlässt dieses Team von selbst. Bitte darum, entfernt zu werden.
leave-only = Nur { $roles } können das Team von selbst verlassen.
role-in-use = Die Rolle { $role } kann nicht wegfallen, solange jemand sie hat: { $members ->
    [one] ein Mitglied
   *[other] { $members } Mitglieder
}, { $invitations ->
    [one] eine offene Einladung
   *[other] { $invitations } offene Einladungen
}, { $links ->
    [one] ein Einladungslink
   *[other] { $links } Einladungslinks
}. Gib ihnen erst eine andere Rolle oder beende sie.
top-holders = { $holders ->
    [0] Kein aktives Mitglied ist { $role }, und diese Regeln stellen diese Rolle an die Spitze. Gib sie erst jemandem.
   *[other] { $holders } Mitglieder sind { $role }, und diese Regeln erlauben genau eines. Gib den anderen erst eine andere Rolle.
 }
unchanged = So ist es schon, also wurde nichts geändert.
name-mismatch = So heißt das Team nicht, also wurde nichts geändert. Gib { $name } ein, um fortzufahren.
own-name-mismatch = So heißt du hier nicht, also wurde nichts geändert. Gib { $name } ein, um fortzufahren.
only-login = Dein Discord-Konto ist der einzige Zugang zu diesem Muster-Konto, also lässt es sich nicht lösen. Gib dem Konto zuerst auf deiner Kontoseite eine Mailadresse; oder `/account erase` löscht es.
erase-last-owner = Du bist die letzte Person mit der höchsten Rolle in { $teams }. Gib sie erst weiter oder lösch das Team, und dann dein Konto.

## Anmelden und verknüpfen

sign-in-failed = E-Mail-Adresse oder Passwort stimmen nicht.
sign-in-limit = Zu viele Versuche mit dieser Adresse. Versuch es { $until } noch einmal.
too-many = Das wurde zu oft versucht. Versuch es { $until } noch einmal.
proof-over = Dieser Link wurde schon benutzt oder ist zu alt. Fordere eine neue Mail an.
discord-sign-in-over = Diese Anmeldung wurde schon benutzt, ist zu alt oder hat in einem anderen Browser begonnen. Beginne noch einmal auf der Anmeldeseite.
password-wrong = Das ist nicht dein Passwort.
address-taken = Ein anderes Konto hat diese Adresse. Melde dich damit an oder wähle eine andere.
no-address = Gib deinem Konto zuerst eine Mailadresse: Damit meldest du dich an.
not-linked = Dein Discord-Konto ist noch mit keinem Muster-Konto verknüpft.
no-team = Du bist hier noch in keinem Team.
which-team = Du bist in mehreren Teams. Nenn das gemeinte mit der Option `team`.
link-other = @{ $started } hat das begonnen, aber Discord sagt, dass du @{ $found } bist. Wechsle in Discord zu @{ $started }.
link-dead = Diese Seite wurde schon benutzt oder ist zu alt. Gib in Discord noch einmal /link ein.
linking-off = Discord-Konten lassen sich hier nicht verknüpfen. Frag, wer dieses Muster betreibt.
linking-off-bot = Verknüpfen ist hier nicht eingerichtet: wer Muster betreibt, muss ihm DISCORD_CLIENT_ID und DISCORD_CLIENT_SECRET geben.
discord-user-taken = @{ $username } gehört schon zu einem anderen Muster-Konto. Verknüpfe ein anderes Discord-Konto.
discord-account-taken = Dein Konto ist schon mit einem anderen Discord-Konto verknüpft und bleibt es.
