### Einladungslinks, wie der Bot von ihnen erzählt. Die Texte werden Markdown; was eingesetzt wird, ist schon maskiert.

link-created-title = Einladungslink { $link } ist fertig
link-created-text = Wer ihn hat, kann als { $role } mitmachen. Gib ihn nur denen, die du dabeihaben möchtest.
link-create = Link anlegen
link-list-title = { $count ->
    [one] 1 Einladungslink
   *[other] { $count } Einladungslinks
}
link-list-empty-title = Noch keine Einladungslinks
link-list-empty-text = Ein Link lässt alle herein, die ihn haben, mit der Rolle, die du wählst, bis er endet. `/invite link create` legt Rolle, Ende, Anzahl und Domain fest; der Knopf macht einen für sieben Tage.
link-open = Öffnen…
link-option = { $link } · { $role } · { $state }
link-state-live = Gültig
link-state-disabled = Abgeschaltet
link-state-expired = Abgelaufen
link-state-full = Aufgebraucht
link-uses = { $uses ->
    [0] noch nicht benutzt
    [one] einmal benutzt
   *[other] { $uses }-mal benutzt
}
link-uses-of = { $uses } von { $most } benutzt
link-ends = endet { $at }
link-by = von { $name }
link-show-title = Einladungslink { $link }
link-show-text = { $name } hat ihn { $at } angelegt.
link-no-key = Er gilt, kann aber nicht mehr gezeigt werden: Der Schlüssel, mit dem er gemacht wurde, ist nicht mehr da. Leg zum Teilen einen neuen an.
link-field-state = Zustand
link-field-uses = Benutzt
link-field-ends = Endet
link-field-domain = Für Adressen bei
link-never = Nie
link-any-domain = Jede Domain
link-open-page = Link öffnen
link-disable-ask = Abschalten…
link-ask-disable-title = Den Einladungslink { $link } abschalten?
link-ask-disable-text = { $uses ->
    [0] Danach lässt er niemanden mehr herein und kann nicht wieder eingeschaltet werden. Niemand ist mit ihm gekommen.
    [one] Danach lässt er niemanden mehr herein und kann nicht wieder eingeschaltet werden. Wer mit ihm gekommen ist, bleibt dabei.
   *[other] Danach lässt er niemanden mehr herein und kann nicht wieder eingeschaltet werden. Die { $uses } Leute, die mit ihm gekommen sind, bleiben dabei.
}
link-disable = { $link } abschalten
link-disabled-title = Einladungslink { $link } abgeschaltet
link-disabled-text = Er lässt niemanden mehr herein.
link-all = Alle Einladungslinks
