### Hilfe. Befehle stehen in Gravis-Zeichen.

help-choose = Ein anderes Thema …
help-fine = in Ordnung
help-channel = Dieser Kanal
help-channel-mend = Muster kann hier nicht schreiben: gib ihm „Kanal ansehen“ und „Nachrichten senden“
help-team = Team dieses Servers
help-team-mend = noch keines: `/team create`
help-link = Verknüpfen
help-link-mend = nicht eingerichtet von denen, die dieses Muster betreiben
help-mail = Mail
help-mail-mend = nicht eingerichtet von denen, die dieses Muster betreiben; lade mit `/invite person` ein
help-start = Erste Schritte
help-start-text = Muster führt die Mitglieder, Rollen und Einladungen eines Teams. `/team create` gründet ein Team nach den Regeln einer Vorlage; dafür brauchst du „Server verwalten“. `/invite email` oder `/invite person` holt Leute dazu, `/member list` zeigt sie, `/team overview` fasst zusammen. Antworten siehst nur du.
help-inviting = Einladen
help-inviting-text = `/invite email` schreibt nach einer Durchsicht bis zu 20 Adressen, `/invite bulk` nimmt eine CSV-Datei, `/invite person` zeigt eine Karte, die nur eine Person auf diesem Server öffnen kann, `/invite link create` legt einen Link an, wo es die Regeln des Teams erlauben. `/invite list` zeigt, wie weit jede ist und wie sie zugestellt wurde; von dort schickst du noch einmal oder ziehst zurück.
help-roles = Rollen und Mitglieder
help-roles-text = Rollen und was jede darf kommen aus den Regeln des Teams: `/team policy show`. `/member role` ändert eine Rolle und lässt sich zurücknehmen. `/member deactivate` setzt aus, `/member remove` beendet nach einer Frage. `/activity log` zeigt, wer was getan hat. Wer diesen Server verwaltet, hat damit in einem Team nichts zu sagen.
help-linking = Dein Discord-Konto verknüpfen
help-linking-text = `/link` öffnet eine Seite, auf der du dich anmeldest und beide Namen bestätigst; das geht einmal, zehn Minuten lang. Wer hier ein Team gegründet oder eine Karte angenommen hat, ist über Discord schon bekannt. `/account status` sagt, wer du für Muster bist, `/account unlink` löst Discord wieder.
help-privacy = Datenschutz
help-privacy-text =
    Muster speichert deinen Namen, deine Adresse, dein Discord-Konto, Mitgliedschaften, Sitzungen und was du in Teams getan hast. Es liest keine Nachrichten.
    Nur wer einladen darf, sieht Adressen ganz.
    `/account export` gibt dir alles über dich, `/account notifications` sagt, was du erfährst, `/account erase` löscht das Konto; was du getan hast, bleibt im Verlauf der Teams.
help-problems = Wenn etwas nicht geht
help-problems-text = Jede Ablehnung sagt, warum, was zu tun ist, und einen Code wie `NEED-ROLE`. „Bei uns ist etwas schiefgegangen“ kommt mit der Nummer eines Vorfalls: gib sie denen, die dieses Muster betreiben; sie finden sie im Protokoll des Programms. `REPEATED` heißt, dass es schon geschehen ist; `STALE`, dass es sich seither geändert hat.
