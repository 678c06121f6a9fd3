### Per Mail einladen, und was daraus wird.

invite-form-title = Zu { $team } einladen
invite-form-emails = E-Mail-Adressen
invite-form-emails-hint = Eine je Zeile oder durch Kommas getrennt, bis zu { $most }
invite-form-email = E-Mail-Adresse
invite-form-first-name = Vorname
invite-form-last-name = Nachname
invite-form-phone = Telefonnummer
invite-form-note = Eine Notiz (freiwillig)
invite-note = Notiz
invite-as = Als { $role }
invite-nobody = Noch niemand einzuladen
invite-review-title = { $count ->
    [one] 1 Person als { $role } einladen?
   *[other] { $count } Personen als { $role } einladen?
 }
invite-send = { $count ->
    [one] 1 Einladung verschicken
   *[other] { $count } Einladungen verschicken
 }
invite-nothing-yet = Nichts wird verschickt, bevor du auf Verschicken drückst
invite-too-many-title = Zu viele Adressen
invite-too-many = Das sind { $typed }, und höchstens { $most } gehen auf einmal. Bearbeite die Liste; nichts geht verloren.
invite-line-new = neu
invite-line-typo = neu; meintest du { $domain }?
invite-line-replaces = schon eingeladen { $since }, wird ersetzt
invite-line-pending = schon eingeladen; schick stattdessen diese Einladung noch einmal
invite-line-member = schon Mitglied
invite-line-account = hat schon ein Konto, und das lehnen die Regeln dieses Teams ab
invite-line-suppressed = möchte von hier keine Einladungen (SUPPRESSED); lade eine andere Adresse ein
invite-line-cooldown = hat eben erst eine Mail bekommen; einladen geht wieder { $until }
invite-sent = { $count ->
    [one] 1 Einladung verschickt
   *[other] { $count } Einladungen verschickt
 }
invite-sent-some = { $count ->
    [one] 1 Einladung verschickt, die übrigen nicht
   *[other] { $count } Einladungen verschickt, die übrigen nicht
 }
invite-none-sent = Keine Einladung wurde verschickt
invite-link-expires = der Link läuft { $expires } ab

## Die Liste

invitations-see = Einladungen ansehen
invitations-all = Alle Einladungen
invitations-title = { $count ->
    [one] 1 Einladung
   *[other] { $count } Einladungen
 }
invitations-none-open-title = Keine offenen Einladungen
invitations-none-open = Lade jemanden ein; wer noch nicht geantwortet hat, steht dann hier.
invitations-none-title = Keine Einladungen dieser Art
invitations-none = Wähl unten eine andere Art.
invitations-open = Offen: wartend und abgelaufen
invitations-all-kinds = Alle
invitation-status-pending = Wartend
invitation-status-accepted = Angenommen
invitation-status-expired = Abgelaufen
invitation-status-revoked = Zurückgezogen
invitation-status-replaced = Ersetzt
invitation-status-declined = Abgelehnt
invitation-by = von { $inviter }
invitation-sent-at = verschickt { $at }
invitation-expires-at = läuft { $at } ab
invitation-expired-at = abgelaufen { $at }
invitation-mail-failed = Mail nicht zugestellt
invitation-mail-retrying = Mail noch nicht angenommen

## Eine von ihnen

invitation-of = Einladung von { $address }
invitation-expires = Läuft ab
invitation-expired = Abgelaufen
invitation-resend = Noch einmal schicken
invitation-resend-from = Noch einmal schicken geht { $at }.
invitation-revoke = Zurückziehen …
invitation-resent-title = Noch einmal geschickt an { $address }
invitation-resent = Der Link ist derselbe und läuft { $expires } ab.
invitation-revived = Sie war abgelaufen und ist wieder offen, mit einem neuen Link; er läuft { $expires } ab.
invitation-see-delivery = Die Zustellung ansehen
invitation-ask-revoke-title = Die Einladung von { $address } zurückziehen?
invitation-ask-revoke = Der Link in der Mail vom { $mailed } gilt sofort nicht mehr. Neu einladen geht später immer.
invitation-do-revoke = { $address } zurückziehen
invitation-revoked-title = Einladung von { $address } zurückgezogen
invitation-revoked = Der Link gilt nicht mehr.
