### Was die Vergangenheit eines Teams ergibt. Überschriften und Anmerkungen stehen auch in Bildern, wo wenig Platz ist.

insights-report = { $report ->
    [growth] Mitglieder
    [invitations] Einladungen
    [roles] Rollen
    [people] Die Aktivsten
    [features] Was genutzt wird
   *[trends] Aktivität
 }
insights-range = { $range ->
    [week] 7 Tagen
    [month] 30 Tagen
    [quarter] 13 Wochen
   *[year] 52 Wochen
 }
insights-title = { $report } von { $team }
insights-other = Ein anderer Bericht …
insights-text = { $report ->
    [growth] Mitglieder am Ende jedes Tages oder jeder Woche, gezählt nach dem, was das Protokoll über Beitritte und Austritte sagt.
    [invitations] Was aus den Einladungen wurde, die in dieser Zeit entstanden.
    [roles] Wer heute welche Rolle hat.
    [people] Nach dem, was das Protokoll und das Produkt über sie sagen. Genannt werden nur heutige Mitglieder.
    [features] Was das Produkt gemeldet hat.
   *[trends] Was hier getan wurde und was das Produkt gemeldet hat, neben der gleich langen Zeit davor.
 }
insights-few = Für ein Bild ist es noch zu wenig.
insights-nothing = Davon gibt es in { $range } noch nichts.
insights-no-events = Das Produkt hat in { $range } nichts gemeldet; das tut es über die API.

## Wachstum

insights-growth-note = { $gone ->
    [0] Mitglieder · { $joined } neu in { $range }
   *[other] Mitglieder · { $joined } neu, { $left } fort in { $range }
 }
insights-members-now = Mitglieder jetzt
insights-members-then = Mitglieder vor { $range }
insights-members-founded = Mitglieder am Anfang
insights-joined = Neu
insights-left = Fort

## Einladungen

insights-invitations-note = angenommen, von { $sent } in { $range }
insights-sent = Verschickt
insights-delivered = Zugestellt
insights-accepted = Angenommen
insights-declined = Abgelehnt
insights-expired = Abgelaufen
insights-revoked = Zurückgezogen
insights-replaced = Durch eine neuere ersetzt
insights-open = Noch offen
insights-not-accepted = Anders geendet
insights-median = Die Hälfte derer, die annahmen, tat es innerhalb von
insights-minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
 }
insights-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
 }
insights-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tagen
 }

## Rollen

insights-roles-note = Mitglieder in { $roles ->
    [one] 1 Rolle
   *[other] { $roles } Rollen
 }
insights-suspended = { $members } (davon { $count } deaktiviert)
insights-more-roles = Alle anderen

## Personen

insights-people-note = von { $members } Mitgliedern aktiv in { $range }
insights-person = { $times } ({ $acts } hier, { $events } im Produkt)
insights-pairs = Arbeiten an denselben Dingen
insights-pair = { $one } und { $other }: { $count }
insights-inviters = Haben andere hereingeholt
insights-inviter = { $name }: { $count }

## Nutzung

insights-features-note = Ereignisse, { $kinds ->
    [one] 1 Art
   *[other] { $kinds } Arten
 }, in { $range }
insights-feature = { $people ->
    [0] { $times }
    [one] { $times } von 1 Person
   *[other] { $times } von { $people } Personen
 }
insights-before = , davor { $before }
insights-created = Angelegt
insights-created-most = { $created } Dinge, die meisten am { $weekday } ({ $count })
insights-more-kinds = Weitere Arten

## Entwicklung

insights-trends-note = Taten von { $people ->
    [one] 1 Person
   *[other] { $people } Leuten
 } in { $range }
insights-acts = Hier
insights-events = Im Produkt
insights-active = Personen
insights-than = { $now }, davor { $before }
insights-than-more = { $now }, { $percent } % mehr als davor ({ $before })
insights-than-less = { $now }, { $percent } % weniger als davor ({ $before })
