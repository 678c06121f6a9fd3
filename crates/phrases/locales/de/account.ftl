### Das eigene Konto.

wish-title = Was Muster dir mitteilt
wish-text = Was deinen Zugang oder deine Anmeldung betrifft, erfährst du in jedem Fall.
wish-on = an
wish-off = aus
wish-undelivered = Deine Einladungen, die nicht ankamen
wish-undelivered-on = Sag mir, was nicht ankam
wish-undelivered-off = Sag mir nicht, was nicht ankam
wish-role-mails = Mails über deine Rolle
wish-role-mails-on = Mails bei neuer Rolle schicken
wish-role-mails-off = Keine Mails bei neuer Rolle
wish-announced = Ansagen in Kanälen, die dich nennen
wish-announced-on = Mich in Ansagen nennen
wish-announced-off = Mich in Ansagen nicht nennen

own-export-title = Alles über dich steht in der Datei
own-export-text = Dein Konto, Mitgliedschaften, Sitzungen, Links, Einladungen, die du geschickt hast, Mails an dich und was du getan hast. Nur du siehst diese Nachricht; behalt die Datei für dich.
own-export-cut = Es ist mehr, als Discord in einer Datei nimmt: das Konto ist vollständig, was du getan hast, nicht. Bitte um den Rest, wer dieses Muster betreibt.

unlink-ask-title = @{ $username } lösen?
unlink-ask-text = Befehle in Discord kennen dich dann nicht mehr, bis du wieder ein Konto verknüpfst. Dein Konto und deine Teams bleiben; melde dich im Web mit Adresse und Passwort an.
unlink-do = @{ $username } lösen
unlinked-title = @{ $username } ist gelöst
unlinked-text = Das gilt ab deinem nächsten Klick. Es steht im Verlauf jedes deiner Teams.

erase-ask-title = Dein Konto löschen?
erase-goes = Was geht: dein Name (du wirst „Erased account“; jetzt { $name }), deine Adresse im Konto und in erledigten Mails und Einladungen an dich, dein Passwort, Sitzungen, Browser und Entwürfe und die Verknüpfung mit Discord.
erase-teams = { $count ->
    [0] Du bist in keinem Team.
    [one] Deine Mitgliedschaft in 1 Team endet.
   *[other] Deine Mitgliedschaften in { $count } Teams enden.
 }
erase-stays = Was bleibt: was du getan hast, im Verlauf deiner Teams, unter dem Namen von damals, denn diese Einträge sind signiert. Das lässt sich nicht zurücknehmen.
erase-type-name = Du gibst deinen Namen ein, bevor etwas geschieht
erase-do = Mein Konto löschen …
erase-form-title = Dein Konto löschen
erase-form = Gib deinen Namen ein, wie er hier steht
erased-title = Dein Konto ist gelöscht
erased-text = Niemand steht mehr dahinter, und es kann nicht zurückkommen. Um wieder mitzumachen, brauchst du eine neue Einladung oder ein eigenes Team.
