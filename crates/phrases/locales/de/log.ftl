### Was in einem Team geschah, wie das Protokoll es sagt.

log-title = { $count ->
    [one] Was geschah: 1 Eintrag
   *[other] Was geschah: { $count } Einträge
 }
log-or-only = Oder nur …
log-none = Dergleichen ist noch nicht geschehen.
log-everything = Alles
log-of = Von
log-since = Seit
log-as-super-admin = als Super-Admin
log-by-key = mit dem API-Schlüssel { $key }

## Die Arten von Einträgen

log-kind = { $kind ->
    [team-created] Team gegründet
    [invitation-sent] Einladungen verschickt
    [invitation-resent] Einladungen noch einmal verschickt
    [invitation-revived] Einladungen erneuert
    [invitation-revoked] Einladungen zurückgezogen
    [invitation-accepted] Einladungen angenommen
    [invitation-declined] Einladungen abgelehnt
    [invitation-expired] Einladungen abgelaufen
    [invitation-undelivered] Einladungen nicht zugestellt
    [invitation-reminded] Erinnerungen
    [invitation-suppressed] Adressen, die keine Einladungen möchten
    [member-removed] Mitglieder entfernt
    [member-deactivated] Mitglieder deaktiviert
    [member-reactivated] Mitglieder reaktiviert
    [member-left] Mitglieder ausgetreten
    [ownership-transferred] Team übergeben
    [team-plan-changed] Tarif geändert
    [team-deleted] Team gelöscht
    [team-restored] Team zurückgeholt
    [member-role-changed] Rollen geändert
    [discord-linked] Discord-Konten verknüpft
    [discord-unlinked] Discord-Konten gelöst
    [team-exported] Mitgenommene Dateien
    [invite-link-created] Einladungslinks erstellt
    [invite-link-disabled] Einladungslinks abgeschaltet
    [webhook-created] Webhooks angelegt
    [webhook-changed] Webhooks geändert
    [webhook-rotated] Webhooks mit neuem Geheimnis
    [webhook-enabled] Webhooks eingeschaltet
    [webhook-disabled] Webhooks ausgeschaltet
    [webhook-deleted] Webhooks gelöscht
    [webhook-stopped] Webhooks angehalten
    [member-joined-by-link] Mitglieder, die per Link beitraten
    [policy-changed] Regeln geändert
    [policy-setting-turned] Schalter umgelegt
    [team-renamed] Team umbenannt
    [team-language-changed] Sprache geändert
    [invitation-scheduled] Einladungen eingeplant
    [invitation-unscheduled] Eingeplante Einladungen abgesagt
    [invitation-unsent] Eingeplante Einladungen nicht verschickt
    [account-signed-in] Anmeldungen
    [account-sign-in-failed] Fehlgeschlagene Anmeldungen
    [security-sign-ins-failed] Warnungen: wiederholt fehlgeschlagene Anmeldungen
    [account-password-changed] Passwörter geändert
    [account-address-changed] Adressen geändert
    [account-renamed] Namen geändert
    [api-key-created] API-Schlüssel angelegt
    [api-key-rotated] API-Schlüssel mit neuem Geheimnis
    [api-key-revoked] API-Schlüssel widerrufen
    [api-key-refused] Sicherheit: ungültige API-Schlüssel benutzt
    [access-denied] Was verweigert wurde
    [security-mass-removal] Viele Mitglieder auf einmal entfernt
    [team-retention-changed] Wie lange das Protokoll bleibt
    [team-log-cut] Alte Einträge gelöscht
    [announcements-changed] Ansagen geändert
    [announcements-stopped] Ansagen von Discord beendet
   *[other] Andere Einträge
 }

## Ein Eintrag

log-row = { $kind ->
    [team-created] { $actor } hat das Team { $subject } gegründet
    [invitation-sent] { $actor } hat { $subject } als { $role } eingeladen
    [invitation-resent] { $actor } hat die Einladung von { $subject } noch einmal verschickt
    [invitation-revived] { $actor } hat die abgelaufene Einladung von { $subject } erneuert
    [invitation-revoked] { $actor } hat die Einladung von { $subject } zurückgezogen
    [invitation-accepted] { $actor } ist als { $role } beigetreten
    [invitation-declined] { $subject } hat die Einladung abgelehnt
    [invitation-expired] Die Einladung von { $subject } ist abgelaufen
    [invitation-undelivered] Der Mailserver hat die Einladung von { $subject } endgültig abgelehnt
    [invitation-reminded] { $subject } wurde an die Einladung erinnert
    [invitation-suppressed] { $subject } möchte von hier keine Einladungen mehr
    [member-removed] { $actor } hat { $subject } entfernt, zuvor { $role }
    [member-deactivated] { $actor } hat { $subject } deaktiviert
    [member-reactivated] { $actor } hat { $subject } reaktiviert
    [member-left] { $actor } ist ausgetreten, zuvor { $role }
    [ownership-transferred] { $actor } hat { $subject } anstelle der Person zuvor zu { $role } gemacht
    [team-deleted] { $actor } hat das Team { $subject } gelöscht
    [team-restored] { $actor } hat das Team { $subject } zurückgeholt
    [discord-linked] { $actor } hat das Discord-Konto { $username } verknüpft
    [discord-unlinked] { $actor } hat das Discord-Konto { $username } gelöst
    [team-exported] { $actor } hat die Datei { $code } mitgenommen
    [invite-link-created] { $actor } hat den Einladungslink { $code } für { $role } erstellt
    [invite-link-disabled] { $actor } hat den Einladungslink { $code } abgeschaltet
    [webhook-created] { $actor } hat einen Webhook an { $code } angelegt
    [webhook-changed] { $actor } hat den Webhook an { $code } geändert
    [webhook-rotated] { $actor } hat dem Webhook an { $code } ein neues Geheimnis gegeben
    [webhook-enabled] { $actor } hat den Webhook an { $code } eingeschaltet
    [webhook-disabled] { $actor } hat den Webhook an { $code } ausgeschaltet
    [webhook-deleted] { $actor } hat den Webhook an { $code } gelöscht
    [webhook-stopped] Der Webhook an { $code } hat nichts angenommen und wurde ausgeschaltet
    [member-joined-by-link] { $actor } ist über einen Einladungslink als { $role } beigetreten
    [account-signed-in] { $actor } hat sich im Web angemeldet
    [account-sign-in-failed] Jemand konnte sich nicht als { $subject } anmelden
    [security-sign-ins-failed] Warnung: Jemand hat wiederholt vergeblich versucht, sich als { $subject } anzumelden
    [account-password-changed] { $actor } hat das Passwort geändert
    [account-address-changed] { $actor } hat die Mailadresse geändert
    [account-renamed] { $actor } heißt jetzt { $subject }
    [api-key-created] { $actor } hat den API-Schlüssel { $subject } angelegt
    [api-key-rotated] { $actor } hat dem API-Schlüssel { $subject } ein neues Geheimnis gegeben
    [api-key-revoked] { $actor } hat den API-Schlüssel { $subject } widerrufen
    [api-key-refused] Ein Programm hat den API-Schlüssel { $subject } benutzt, der nicht mehr gilt; es wurde abgewiesen
    [access-denied] { $actor } wurde verweigert, was { $code } braucht
    [security-mass-removal] { $actor } hat binnen 10 Minuten { $subject } Mitglieder entfernt
    [team-log-cut] Die Einträge bis Nummer { $subject } wurden gelöscht: Das Team behält sie nicht länger
    [announcements-stopped] Discord nimmt die Ansagen nicht mehr an
   *[other] { $actor } hat etwas mit { $subject } getan
 }
log-replaced = { $actor } hat { $subject } noch einmal als { $role } eingeladen und die frühere Einladung ersetzt
log-role-changed = { $actor } hat { $subject } von { $from } zu { $to } gemacht
log-plan-changed = { $actor } hat den Tarif von { $from ->
    [none] keinem
   *[other] { $from }
 } zu { $to ->
    [none] keinem
   *[other] { $to }
 } geändert
log-policy-changed = { $actor } hat die Regeln geändert: { $changed }
log-setting = { $kind ->
    [team-renamed] { $actor } hat das Team von { $from } in { $subject } umbenannt
   *[other] { $actor } hat „{ $subject }“ { $to ->
        [on] angeschaltet
       *[off] abgeschaltet
    }
 }
log-several = { $count ->
    [one] 1 eingeplante Einladung
   *[other] { $count } eingeplante Einladungen
 }
log-several-one = die eingeplante Einladung von { $address }
log-scheduled = { $kind ->
    [invitation-scheduled] { $actor } hat { $several } angelegt
    [invitation-unscheduled] { $actor } hat { $several } abgesagt
   *[invitation-unsent] Nicht verschickt: { $several } ({ $why })
 }
log-language = { $actor } hat die Sprache des Teams von { $from } zu { $to } geändert
log-keep = { $actor } hat geändert, wie lange das Protokoll bleibt: von { $from } zu { $to }
log-announcements = { $state ->
    [on] { $actor } hat geändert, was in { $channel } angesagt wird
   *[off] { $actor } hat die Ansagen in { $channel } abgeschaltet
 }
