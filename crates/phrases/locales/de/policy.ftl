### Die Regeln und Einstellungen eines Teams. Die Texte werden Markdown; was eingesetzt wird, ist schon maskiert.

policy-title = Die Regeln von { $team }
policy-summary = { $rules }: { $summary }
policy-more = und { $n } weitere
policy-list = { $firsts } und { $last }
policy-every-role = alle

policy-may-nothing = nichts in Muster selbst
policy-may-members-view = sieht die Mitglieder
policy-may-members-invite = lädt { $roles } ein
policy-may-members-invite-nobody = lädt zurzeit niemanden ein
policy-may-invitations-manage = verwaltet Einladungen
policy-may-roles-change = ändert Rollen von { $from } zu { $to }
policy-may-roles-change-all = ändert alle Rollen
policy-may-roles-change-among = ändert die Rolle von { $roles }
policy-may-members-remove = entfernt { $roles }
policy-may-members-deactivate = deaktiviert { $roles }
policy-may-team-settings = ändert Einstellungen und Regeln
policy-may-ownership-transfer = gibt die eigene Rolle weiter
policy-may-links-manage = verwaltet Einladungslinks
policy-may-activity-view = liest das Protokoll
policy-may-analytics-view = sieht die Auswertungen
policy-may-api-keys-manage = verwaltet API-Schlüssel
policy-may-team-delete = löscht das Team

policy-top-field = Ganz oben
policy-top-many = eine Person oder mehrere
policy-top-one = genau eine Person
policy-transfer-yes = kann übergeben werden
policy-transfer-never = bleibt, wo sie ist
policy-transfer-by-role = geht durch Rollenwechsel über

policy-invitations-field = Einladungen
policy-invitations-role = { $role }, wenn nichts anderes gesagt wird
policy-invitations-days = offen für { $n ->
    [one] einen Tag
   *[other] { $n } Tage
}
policy-invitations-rate = { $n } pro Stunde, an dieselbe Adresse alle { $seconds } Sekunden
policy-invitations-replies = Antworten darauf gehen an die einladende Person
policy-invitations-fields = fragen nach { $fields }
policy-field-first-name = Vorname
policy-field-last-name = Nachname
policy-field-phone = Telefonnummer
policy-again-replaces = Wird eine Adresse noch einmal eingeladen, ersetzt das ihre offene Einladung.
policy-again-refused = Eine Adresse mit offener Einladung wird nicht noch einmal eingeladen.
policy-accounts-refused = Wer schon ein Konto hat, wird nicht eingeladen.

policy-members-field = Mitglieder
policy-leave-nobody = niemand tritt selbst aus
policy-leave = selbst austreten: { $roles }
policy-removal-ends-access = Entfernen beendet den Zugang
policy-removal-permanent = Entfernen ist endgültig
policy-mail-role-change = Rollenwechsel kommen per Mail

policy-links-field = Einladungslinks
policy-links-off = aus
policy-links-on = an, für { $role }

policy-plans-field = Tarife
policy-plans-none = keiner nötig
policy-plan-seats = { $plan }: { $n ->
    [one] ein Platz
   *[other] { $n } Plätze
}
policy-plan-no-cap = { $plan }: beliebig viele Plätze

policy-settings-field = Schalter
policy-on = { $setting }: an
policy-off = { $setting }: aus
policy-turn-on = Anschalten: { $setting }
policy-turn-off = Ausschalten: { $setting }

policy-see = Regeln ansehen
policy-export = Als Datei exportieren

policy-file-head =
    Die Regeln von „{ $team }“ in Muster, exportiert am { $date }.
    Ändere, was du möchtest, und gib diese Datei an /team policy import: Du siehst vorher, was sich
    ändern würde, und bei einem Fehler die Zeile.
policy-exported-title = Die Regeln von { $team } als Datei
policy-exported-text = Ändere, was du möchtest, und gib sie an `/team policy import`. Du siehst, was sich ändern würde, bevor es geschieht.

policy-same-title = Nichts wurde geändert
policy-same-text = Das sind die Regeln, die das Team schon hat.
policy-review-title = Diese Regeln verwenden?
policy-review-count = { $n ->
    [one] Eine Sache würde sich ändern, ab dem nächsten Klick
   *[other] { $n } Dinge würden sich ändern, ab dem nächsten Klick
}
policy-use = Diese Regeln verwenden
policy-used-title = { $team } hat jetzt andere Regeln
policy-used-text = { $n ->
    [one] Eine Sache ist
   *[other] { $n } Dinge sind
} anders. Die Regeln gelten ab dem nächsten Klick, für alle.

settings-title = Einstellungen von { $team }
settings-text = Was du hier änderst, gilt sofort. Die Sprache ist die der Mails an Leute, die noch nicht in Muster sind.
settings-language = Sprache
settings-default-role = Einladungen bieten
settings-replies = Antworten auf Einladungen
settings-replies-go = { $to ->
    [inviter] gehen an die einladende Person, die damit ihre Adresse zeigt
   *[nobody] gehen an niemanden
}
settings-replies-changed = { $to ->
    [inviter] Antworten auf Einladungen gehen jetzt an Einladende
   *[nobody] Antworten auf Einladungen gehen jetzt an niemanden
}
settings-replies-turn = { $to ->
    [inviter] Antworten nicht mehr zustellen
   *[nobody] Antworten an Einladende zustellen
}
settings-rules = Regeln
settings-see = Einstellungen ansehen
settings-rename = Umbenennen…
settings-rename-title = Das Team umbenennen
settings-rename-label = Name des Teams
settings-choose-language = Sprache des Teams
settings-choose-role = Rolle, die Einladungen bieten
settings-renamed = Das Team heißt jetzt { $team }
settings-language-changed = Das Team spricht jetzt { $language }
settings-default-role-changed = Einladungen bieten jetzt { $role }
settings-language-en-us = English
settings-language-de = Deutsch
settings-keep = Das Protokoll bleibt
settings-keep-name = { $keep ->
    [always] Für immer
    [quarter] 90 Tage
    [year] Ein Jahr
    [two-years] Zwei Jahre
   *[five-years] Fünf Jahre
 }
settings-keep-from-tonight = { $keep }. Ältere Einträge werden heute Nacht endgültig gelöscht.
settings-keep-changed = Das Protokoll bleibt: { $keep }
settings-choose-keep = Wie lange das Protokoll bleibt …
settings-keep-open = Protokoll behalten …
settings-keep-title = Wie lange bleibt das Protokoll?
settings-keep-text = Älteres wird jede Nacht endgültig gelöscht, auch aus Exporten; was bleibt, lässt sich weiter prüfen. Die Zahlen der Auswertungen bleiben, ohne Namen.
settings-back = Zurück zu den Einstellungen
