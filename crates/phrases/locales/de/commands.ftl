### Was Discord neben jedem Befehl und jeder Option zeigt. Höchstens 100 Zeichen.

command-team = Deine Teams
command-team-create = Ein Team für diesen Server gründen; du bekommst die höchste Rolle
command-team-overview = Ein Team in Zahlen ansehen
command-team-list = Die Teams ansehen, in denen du bist
command-team-switch = Das Team wählen, mit dem du arbeitest
command-team-transfer = Die höchste Rolle übergeben; du gibst dafür den Namen des Teams ein
command-team-leave = Ein Team verlassen; du wirst vorher gefragt
command-team-delete = Ein Team löschen; du gibst dafür seinen Namen ein
command-team-plan = Den Tarif eines Teams setzen; für Super-Admins
command-account = Dein eigenes Konto
command-account-status = Dein Konto, deine Teams und deine Rollen ansehen
command-link = Dieses Discord-Konto mit deinem Muster-Konto verknüpfen
command-invite = Leute einladen und Einladungen verwalten
command-invite-email = Leute per Mail einladen; du siehst alles, bevor etwas verschickt wird
command-invite-person = Jemanden auf diesem Server einladen; nur diese Person kann die Karte öffnen
command-invite-list = Einladungen ansehen und wie weit sie sind
command-invite-show = Eine Einladung und ihre Zustellung ansehen
command-invite-resend = Eine Einladung noch einmal schicken; eine abgelaufene gilt dann wieder
command-invite-revoke = Eine Einladung zurückziehen; ihr Link gilt dann nicht mehr
command-member = Die Mitglieder deines Teams
command-member-list = Sehen, wer im Team ist
command-member-show = Ein Mitglied ansehen und was mit ihm geschah
command-member-role = Die Rolle eines Mitglieds ändern
command-member-deactivate = Den Zugang eines Mitglieds aussetzen; du kannst ihn zurückgeben
command-member-reactivate = Einem Mitglied den ausgesetzten Zugang zurückgeben
command-member-remove = Den Zugang eines Mitglieds beenden; du wirst vorher gefragt
command-member-export = Die Liste der Mitglieder als CSV-Datei mitnehmen
command-activity = Was in deinem Team geschah
command-activity-log = Das Protokoll des Teams lesen, das Neueste zuerst
command-activity-export = Den Verlauf als Datei mitnehmen, das Neueste zuerst
command-invite-link = Links, über die Leute beitreten
command-invite-link-create = Einen Link erstellen, der alle einlässt, die ihn haben
command-invite-link-list = Die Links ansehen und wie oft sie benutzt wurden
command-invite-link-disable = Einen Link abschalten; er lässt dann niemanden mehr ein
command-menu-view-team-profile = Teamprofil ansehen
command-menu-invite-to-team = Ins Team einladen
command-menu-manage-membership = Mitgliedschaft verwalten
command-team-policy = Die Regeln des Teams
command-team-policy-show = Sehen, was jede Rolle darf
command-team-policy-export = Die Regeln als Datei bekommen
command-team-policy-import = Die Regeln einer Datei verwenden; du wirst vorher gefragt
command-team-settings = Name, Sprache und andere Einstellungen ansehen und ändern

## Optionen; mit dem Namen eines Befehls davor nur für diesen

option-team = Ein anderes Team als das dieses Servers
option-team-switch-team = Welches Team
option-name = Wie das Team heißt
option-preset = Mit welchen Regeln es beginnt
option-plan = Welcher Tarif, oder keiner
option-team-transfer-member = An wen
option-member = Wen
option-member-role-member = Wessen Rolle
option-member-role-role = Die neue Rolle
option-member-deactivate-member = Wessen Zugang
option-member-reactivate-member = Wessen Zugang
option-member-list-role = Nur Mitglieder mit dieser Rolle
option-member-list-status = Nur Mitglieder mit diesem Status; sonst alle, die dabei sind
option-reason = Warum, für das Protokoll
option-invite-email-role = Die Rolle, die sie bekommen; bis zum Verschicken änderbar
option-user = Wen
option-invite-person-role = Die Rolle, die die Person bekommt
option-invite-list-status = Nur solche, die so weit sind
option-invitation = Welche Einladung
option-type = Nur Einträge dieser Art
option-activity-log-member = Nur was dieses Mitglied getan hat oder was es betrifft
option-since = Nur ab dann: 7d, 24h oder ein Tag wie 2026-11-01
option-format = CSV für Tabellen, JSON mit den Signaturen
option-invite-link-create-role = Die Rolle, die sie bekommen
option-expires = Wann er endet; ohne Wahl in 7 Tagen
option-max-uses = Wie viele Leute darüber beitreten können
option-domain = Nur bestätigte Adressen dieser Domain; mehrere mit Kommas dazwischen
option-invite-link-disable-link = Welchen Link
option-file = Die Datei
option-team-policy-import-file = Regeln als TOML, wie der Export sie gibt

## Zur Wahl

choice-expires-in-1-hour = In 1 Stunde
choice-expires-in-1-day = In 1 Tag
choice-expires-in-7-days = In 7 Tagen
choice-expires-in-30-days = In 30 Tagen
choice-expires-never = Nie
choice-format-csv = CSV
choice-format-json = JSON
