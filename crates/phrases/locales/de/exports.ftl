### Dateien, die jemand mitnimmt.

export-members-title = { $count ->
    [one] 1 Mitglied in einer Datei
   *[other] { $count } Mitglieder in einer Datei
 }
export-members-text = Alle, die im Team sind oder waren, mit jedem Status. Im Verlauf steht, dass du sie mitgenommen hast.
export-members-cut = Das sind die ersten; mit allen wäre die Datei zu groß für Discord. Im Verlauf steht, dass du sie mitgenommen hast.
export-log-title = { $count ->
    [one] 1 Eintrag in einer Datei
   *[other] { $count } Einträge in einer Datei
 }
export-log-text = Der ganze Verlauf, das Neueste zuerst; JSON hat die Nummer und die Signatur jedes Eintrags. Im Verlauf steht, dass du ihn mitgenommen hast.
export-log-cut = Die neuesten Einträge: eine Datei hat hier höchstens 100.000, und nicht mehr, als Discord nimmt; alle gibt es auf der Seite des Verlaufs. Im Verlauf steht, dass du sie mitgenommen hast.
export-log-whole = Den ganzen Verlauf im Web
