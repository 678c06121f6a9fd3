### Die Tafel, die ein Team in einem Kanal aufstellt.

panel-title = { $team } und du
panel-text =
    Bist du per Mail eingeladen oder über einen Link beigetreten? Verknüpfe dein Discord-Konto, dann gilt deine Rolle auch hier.
    Was die Knöpfe zeigen, siehst nur du.
panel-membership = Meine Mitgliedschaft
panel-posted-title = Die Tafel steht
panel-posted = Sie ist in { $channel }. Hefte sie an, damit sie gefunden wird.
panel-not-posted-title = Die Tafel ließ sich nicht aufstellen
panel-not-posted = Discord lässt mich in { $channel } nicht schreiben. Gib meiner Rolle dort „Kanal ansehen“, „Nachrichten senden“ und „Links einbetten“, und prüf dann noch einmal.
panel-check-again = Noch einmal prüfen
panel-no-membership-title = Du bist nicht Mitglied dieses Teams
panel-no-membership = Wenn du per Mail eingeladen bist, folge erst dem Link darin und drück dann „Mein Konto verknüpfen“. Sonst bitte jemanden im Team um eine Einladung.
