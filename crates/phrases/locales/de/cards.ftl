### Was die Karten in Discord gemeinsam haben.

card-author = { $team } · du bist { $role }
card-log-entry = Eintrag { $seq }
card-cancel = Abbrechen
card-undo = Rückgängig machen
card-edit = Bearbeiten
card-open = Öffnen …
card-show-only = Nur anzeigen …
card-reload = Neu laden
card-try-again = Noch einmal versuchen
card-previous = ‹ Zurück
card-page = Seite { $page } von { $pages }
card-next = Weiter ›
card-all-roles = Alle Rollen
card-nothing-changed = Nichts wurde geändert
card-type-name = Bevor etwas geschieht, gibst du den Namen des Teams ein
card-incident = Vorfall { $id }
card-old-title = Dieser Knopf ist von einer früheren Version
card-old-text = Gib den Befehl noch einmal ein, um einen neuen zu bekommen.

## Überschriften von Ablehnungen

refused-denied = Das darfst du nicht
refused-not-found = Nicht gefunden
refused-unavailable = Gerade nicht verfügbar
refused-internal = Bei uns ist etwas kaputtgegangen
refused-not-linked = Verknüpfe erst dein Konto
refused-no-team = Noch kein Team
refused-not-yet = Noch nicht
refused-stale = Das war eben noch so
refused-closed = Diese Einladung ist geschlossen
refused-links-off = Einladungslinks sind aus
refused-link-over = Dieser Einladungslink gilt nicht mehr
refused-plan = Das braucht einen anderen Tarif
refused-seats = Kein Platz ist frei
