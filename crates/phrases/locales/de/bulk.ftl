### Viele Leute aus einer Datei einladen, und was eingeplant ist. Die Texte werden Markdown; was eingesetzt wird, ist schon maskiert.

## Was aus der Datei würde

bulk-title = { $people ->
    [0] Aus dieser Datei kann niemand eingeladen werden
    [one] Eine Person aus dieser Datei einladen?
   *[other] { $people } Personen aus dieser Datei einladen?
}
# Steht auf der Karte hinter einer Zahl und im Bericht allein.
bulk-kind = { $kind ->
    [new] neu
    [slip] neu, vielleicht vertippt
    [replaced] schon eingeladen, wird ersetzt
    [waiting] schon eingeladen oder eingeplant, bleibt so
    [duplicate] ein zweites Mal in der Datei
    [invalid] nicht zu gebrauchen
    [member] schon im Team
    [account] mit Konto, was die Regeln dieses Teams ausschließen
    [suppressed] auf der Liste derer, die keine Einladungen wollen
    [role] mit einer Rolle, die du nicht anbieten kannst
   *[missing] ohne etwas, wonach dieses Team fragt
}
bulk-line = Zeile { $line } { $address }
bulk-empty-address = (keine Adresse)
bulk-unused = Nicht benutzte Spalten
bulk-more-kinds = { $kinds ->
    [one] und eine weitere Art von Zeilen, in der angehängten Datei
   *[other] und { $kinds } weitere Arten von Zeilen, in der angehängten Datei
}
bulk-now = Sofort
bulk-later = Eingeplant
bulk-later-many = { $later }, { $hourly } pro Stunde
bulk-done = Fertig ungefähr
bulk-seats = Freie Plätze
bulk-seats-few = { $seats }: Wer keinen findet, wenn er an der Reihe ist, wird nicht eingeladen
bulk-nothing-yet = Bevor du den Knopf drückst, wird nichts gesendet · alle Zeilen stehen in der angehängten Datei
bulk-mend = Verbessere die Datei und gib sie noch einmal ab · alle Zeilen stehen in der angehängten Datei
bulk-send = { $now ->
    [one] 1 Einladung senden
   *[other] { $now } Einladungen senden
}
bulk-schedule = { $later ->
    [one] 1 Einladung einplanen
   *[other] { $later } Einladungen einplanen
}
bulk-send-and-schedule = { $now } sofort senden, { $later } einplanen
bulk-cancel = Abbrechen
bulk-role = Rolle, wenn die Zeile keine nennt
bulk-as = Als { $role }

## Der Bericht als Datei

bulk-report-line = Zeile
bulk-report-email = E-Mail
bulk-report-role = Rolle
bulk-report-outcome = Ergebnis
bulk-report-detail = Genaueres
bulk-detail-slip = meinst du { $domain }?
bulk-detail-since = eingeladen am { $at }
bulk-detail-cooldown = gerade erst angeschrieben; wieder einzuladen ab { $at }
bulk-detail-pending = sende stattdessen diese Einladung noch einmal
bulk-detail-scheduled = wartet schon auf seine Stunde
bulk-detail-duplicate = wie Zeile { $line }

## Was daraus wurde

bulk-sending = Wird gesendet: { $sent } von { $all }
bulk-sent = { $sent ->
    [one] 1 Einladung gesendet
   *[other] { $sent } Einladungen gesendet
}
bulk-sent-and-scheduled = { $sent } gesendet, { $later } eingeplant
bulk-scheduled = { $later ->
    [one] 1 Einladung eingeplant
   *[other] { $later } Einladungen eingeplant
}
bulk-none-sent = Keine Einladung wurde gesendet
bulk-goes-on = Die anderen folgen von selbst, auch wenn sich diese Nachricht nicht mehr ändert.
bulk-scheduled-text = { $later ->
    [one] Eine wartet: { $hourly } pro Stunde gehen hinaus, die letzte ungefähr { $done }. Bis dahin belegt sie keinen Platz, und das Stundenlimit des Teams ist ausgeschöpft.
   *[other] { $later } warten: { $hourly } pro Stunde gehen hinaus, die letzte ungefähr { $done }. Bis dahin belegen sie keinen Platz, und das Stundenlimit des Teams ist ausgeschöpft.
}
bulk-left-out = { $lines ->
    [one] Eine Zeile der Datei wurde ausgelassen; der angehängte Bericht sagt, warum.
   *[other] { $lines } Zeilen der Datei wurden ausgelassen; der angehängte Bericht sagt, warum.
}
bulk-not-sent = ⛔ { $line } · { $reason }
bulk-more-not-sent = und { $number } weitere, die nicht gesendet werden konnten: `/invite list status:not-sent`
bulk-see-invitations = Einladungen ansehen
bulk-see-scheduled = Eingeplante ansehen

## Warum eine eingeplante nicht gesendet werden konnte

bulk-reason = { $reason ->
    [authority] wer sie eingeplant hat, darf diese Rolle nicht mehr anbieten
    [role] das Team hat diese Rolle nicht mehr
    [member] schon im Team
    [invited] inzwischen hat jemand anderes eingeladen
    [account] es gibt ein Konto, was die Regeln dieses Teams ausschließen
    [suppressed] die Adresse will von hier keine Einladungen
    [seats] kein Platz war frei
    [plan] der Tarif des Teams reicht nicht
    [fields] das Team fragt nach etwas, das nicht in der Datei stand
   *[rules] die Regeln des Teams standen dagegen
}
bulk-unsent-title = { $number ->
    [one] Eine Einladung konnte nicht gesendet werden
   *[other] { $number } Einladungen konnten nicht gesendet werden
}
bulk-unsent-text = { $of ->
    [one] Die eine, die du aus einer Datei eingeplant hast, ist durch und wurde ausgelassen. `/invite list status:not-sent` auf deinem Server zeigt sie.
   *[other] Die { $of } aus deiner Datei sind durch; { $number ->
        [one] eine wurde ausgelassen. `/invite list status:not-sent` auf deinem Server zeigt, welche.
       *[other] { $number } wurden ausgelassen. `/invite list status:not-sent` auf deinem Server zeigt, welche.
    }
}
bulk-unsent-why = Warum

## Was eingeplant ist

scheduled-filter = Eingeplant
scheduled-filter-not-sent = Eingeplant, nicht zu senden
scheduled-title = { $number ->
    [one] 1 eingeplante Einladung
   *[other] { $number } eingeplante Einladungen
}
scheduled-title-not-sent = { $number ->
    [one] 1 Einladung konnte nicht gesendet werden
   *[other] { $number } Einladungen konnten nicht gesendet werden
}
scheduled-none = Nichts ist eingeplant
scheduled-none-text = Wenn eine Datei von `/invite bulk` mehr Leute hat, als in eine Stunde passen, wartet der Rest hier.
scheduled-none-not-sent = Alles konnte gesendet werden
scheduled-none-not-sent-text = Eingeplante Einladungen, gegen die etwas stand, sind hier 30 Tage lang zu sehen.
scheduled-row = { $address } · Zeile { $line } · { $role } · von { $inviter } · ungefähr { $at }
scheduled-row-not-sent = { $address } · Zeile { $line } · { $role } · von { $inviter } · { $at } · { $reason }
scheduled-filter-hint = Nur zeigen…
scheduled-open = Öffnen…
scheduled-cancel-all = Alle streichen…
scheduled-invite = Jemanden einladen
scheduled-one = { $address } ist eingeplant
scheduled-one-sent = { $address } wurde eingeladen
scheduled-one-refused = { $address } konnte nicht eingeladen werden
scheduled-one-cancelled = { $address } wurde gestrichen
scheduled-one-text = An diese Adresse wurde noch nichts gesendet, und sie belegt keinen Platz.
scheduled-one-reason = Warum: { $reason }.
scheduled-field-role = Rolle
scheduled-field-line = Zeile der Datei
scheduled-field-by = Eingeplant von
scheduled-field-about = Geht ungefähr hinaus
scheduled-field-place = Platz in der Reihe
scheduled-field-decided = Entschieden
scheduled-note = Notiz: { $note }
scheduled-cancel-one = Einladung streichen
scheduled-see-invitation = Einladung ansehen
scheduled-all = Alle eingeplanten
scheduled-cancelled = { $address } ist gestrichen
scheduled-cancelled-text = An diese Adresse war noch nichts gesendet worden.
scheduled-ask-all = { $number ->
    [one] Die eine eingeplante Einladung streichen?
   *[other] Alle { $number } eingeplanten Einladungen streichen?
}
scheduled-ask-all-text = { $number ->
    [one] An diese Adresse wurde noch nichts gesendet, und dabei bleibt es. Einladungen, die hinaus sind, bleiben, wie sie sind.
   *[other] An diese Adressen wurde noch nichts gesendet, und dabei bleibt es. Einladungen, die hinaus sind, bleiben, wie sie sind.
}
scheduled-keep = Behalten
scheduled-cancel-number = { $number ->
    [one] 1 eingeplante Einladung streichen
   *[other] { $number } eingeplante streichen
}
scheduled-cancelled-all = { $number ->
    [one] 1 eingeplante Einladung ist gestrichen
   *[other] { $number } eingeplante Einladungen sind gestrichen
}
