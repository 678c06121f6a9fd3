### Die Worte der Mails.

## Um jede Mail herum

mail-link-instead = Wenn der Knopf nicht geht, öffne diesen Link:
mail-footer = Gesendet von Muster auf { $host }.

## Einladung

invitation-subject = { $inviter } hat dich zu { $team } eingeladen
invitation-title = Du bist zu { $team } eingeladen
invitation-text = { $inviter } lädt dich ein, bei { $team } als { $role } mitzumachen.
invitation-note = { $inviter } schreibt dazu:
invitation-button = Einladung öffnen
invitation-until = Der Link gilt einmal, und zwar bis { $until }. Er ist nur für dich: Bitte gib ihn nicht weiter.
invitation-unexpected = Du hast das nicht erwartet? Dann beachte diese Mail nicht. Solange niemand den Link benutzt, passiert nichts.
invitation-stop = Falsche Adresse? Nie wieder anschreiben

## Erinnerung an eine Einladung

reminder-subject = Deine Einladung zu { $team } endet am { $day }
reminder-title = Deine Einladung zu { $team } ist noch offen
reminder-text = { $inviter } lädt dich ein, bei { $team } als { $role } mitzumachen. Die Einladung endet am { $until }, danach geht ihr Link nicht mehr.
reminder-once = Weitere Erinnerungen gibt es nicht. Wenn du nicht mitmachen möchtest, brauchst du nichts zu tun.

## Mit einem Einladungslink beitreten

join-subject = Bei { $team } mitmachen
join-sign-up-text = Jemand, wahrscheinlich du, möchte mit dieser Adresse als { $role } bei { $team } mitmachen. Wähle einen Namen und ein Passwort, dann bist du dabei.
join-sign-up-until = Der Link gilt einmal, und zwar bis { $until }. Er beweist, dass diese Adresse deine ist: Bitte gib ihn nicht weiter.
join-sign-up-button = Mein Konto anlegen
join-sign-in-text = Jemand, wahrscheinlich du, möchte mit dieser Adresse als { $role } bei { $team } mitmachen. Du hast schon ein Konto: Melde dich an, öffne den Einladungslink und drück auf „Join“.
join-sign-in-button = Anmelden und mitmachen
join-unexpected = Das warst nicht du? Dann beachte diese Mail nicht. Solange niemand den Link benutzt, passiert nichts.

## Andere Rolle

role-changed-subject = Deine Rolle bei { $team } ist jetzt { $to }
role-changed-text = { $by } hat deine Rolle bei { $team } von { $from } zu { $to } geändert. Das gilt ab sofort.
role-changed-button = Team öffnen
role-changed-mistake = Ist das ein Irrtum? Dann frag { $by }.

## Mitgliedschaft beendet oder ausgesetzt

access-ended-subject = { $how ->
    [removed] Du bist nicht mehr in { $team }
   *[deactivated] Dein Zugang zu { $team } ist ausgesetzt
}
access-ended-text = { $how ->
    [removed] { $by } hat dich am { $at } aus { $team } entfernt. Seitdem hast du dort keinen Zugang mehr.
   *[deactivated] { $by } hat deine Mitgliedschaft in { $team } am { $at } ausgesetzt. Du hast keinen Zugang, bis dich dort jemand reaktiviert.
}
access-ended-stays = Dein Konto bleibt deins, und deine anderen Teams bleiben, wie sie sind.
access-ended-mistake = Ist das ein Versehen? Frag { $by }.
access-ended-button = Konto ansehen

## Team gelöscht

team-deleted-mail-subject = { $team } wurde gelöscht
team-deleted-mail-text = { $by } hat das Team { $team } am { $at } gelöscht. Niemand hat mehr Zugang, und seine Links gehen nicht mehr.
team-deleted-mail-back = Du kannst es bis { $until } zurückholen: In Discord steht es unter /team list. Danach ist es endgültig gelöscht.

## Einladung nicht zugestellt

delivery-failed-subject = Deine Einladung an { $address } wurde nicht zugestellt
delivery-failed-title = Deine Einladung wurde nicht zugestellt
delivery-failed-text = Die Mail, die { $address } zu { $team } als { $role } einlädt, konnte nicht zugestellt werden. Wir versuchen es nicht noch einmal.
delivery-failed-said = Der Mailserver sagt
delivery-failed-why = Was passiert ist
delivery-failed-do = Prüfe die Adresse. Ist sie falsch, lade die richtige mit /invite email in Discord ein. Ist sie richtig, frag nach einer anderen, oder versuch es später mit /invite resend. Wie weit die Einladung ist, zeigt /invite show.
delivery-failed-button = Team öffnen

## Die Mail mit dem Code

invitation-code-subject = { $code } ist dein Code für { $team }
invitation-code-title = Dein Code für { $team }
invitation-code-text = Jemand, vermutlich du, hat eine Einladung zu { $team } für diese Adresse geöffnet. Dieser Code belegt, dass die Adresse dir gehört: Gib ihn auf der Seite der Einladung ein.
invitation-code-name = Code
invitation-code-until = Er gilt bis { $until }. Gib ihn bitte nicht weiter.
invitation-code-unexpected = Nicht erwartet? Dann ignoriere diese Mail. Es geschieht nichts, solange der Code nicht benutzt wird.

## Was jemand sofort wissen muss

alert-subject = { $kind ->
    [webhook-stopped] Ein Webhook von { $team } wurde ausgeschaltet
    [security-mass-removal] Viele Mitglieder von { $team } wurden entfernt
   *[announcements-stopped] { $team } sagt nichts mehr an
 }
alert-do = { $kind ->
    [webhook-stopped] Was seither geschah, steht im Protokoll des Teams. Wenn der Empfänger wieder geht, schalte den Webhook auf der Seite des Teams wieder ein.
    [security-mass-removal] Wenn das nicht geschehen sollte, ändere die Rolle dieser Person und sieh ins Protokoll.
   *[announcements-stopped] Was geschah, steht wie immer im Protokoll des Teams.
 }
alert-channel = seinem Kanal
alert-button = Das Team ansehen
