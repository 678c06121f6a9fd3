### Was ein Team öffentlich sagt, wenn sich etwas ändert, und was jemand sofort wissen muss.

announce-none-title = Noch wird nichts angesagt
announce-none = Wähle mit `/activity announce channel:` einen Kanal, und Muster sagt dort, wenn jemand beitritt, austritt oder eine andere Rolle bekommt: keine Adresse, keine offene Einladung, und niemand wird angepingt.
announce-on-title = Änderungen werden angesagt
announce-off-title = Nichts wird angesagt
announce-kinds-title = Angesagt wird jetzt anderes
announce-text = Eine Zeile je Änderung, in der Sprache des Teams, binnen etwa einer Minute. Alle können sich mit `/account notifications` herausnehmen.
announce-where = Wo
announce-what = Was
announce-no-kinds = Noch nichts: wähle unten
announce-choose = Wähle, was dazukommt oder wegfällt …
announce-add = Ansagen: { $kind }
announce-drop = Weglassen: { $kind }
announce-turn-on = Wieder ansagen
announce-turn-off = Nichts ansagen
announce-not-written-title = Muster darf dort nicht schreiben
announce-not-written = Discord hat eine Nachricht in { $channel } nicht angenommen. Lass Muster den Kanal sehen und darin schreiben, dann prüfe noch einmal; bis dahin kann nichts angesagt werden.
announce-greeting-title = Neues von { $team }
announce-greeting = Wenn sich im Team etwas ändert, wird es hier gesagt. Wer nicht genannt werden möchte, nimmt sich mit `/account notifications` heraus.

## Die Zeilen

announce-line = { $kind ->
    [invitation-accepted] { $who } ist als { $role } beigetreten
    [member-joined-by-link] { $who } ist als { $role } beigetreten
    [member-left] { $who } ist ausgetreten
    [member-removed] { $who } ist nicht mehr im Team
    [ownership-transferred] { $who } ist jetzt { $role }
    [team-renamed] Das Team heißt jetzt { $who }
   *[policy-changed] Das Team hat neue Regeln
 }
announce-role = { $who } ist jetzt { $to }, zuvor { $from }
announce-plan = { $to ->
    [none] Das Team hat jetzt keinen Tarif
   *[other] Das Team hat jetzt den Tarif { $to }
 }

## Was jemand sofort wissen muss

alert-title = { $kind ->
    [webhook-stopped] Ein Webhook wurde ausgeschaltet
    [security-mass-removal] Viele Mitglieder wurden entfernt
   *[announcements-stopped] Nichts wird mehr angesagt
 }
alert-text = { $kind ->
    [webhook-stopped] Der Webhook an { $subject } hat nichts angenommen, darum wird dorthin nichts mehr gesendet.
    [security-mass-removal] { $by } hat binnen 10 Minuten { $subject } Mitglieder entfernt.
   *[announcements-stopped] Discord lässt Muster in { $subject } nicht mehr schreiben, oder es gibt den Kanal nicht mehr. Wähle mit /activity announce einen Kanal, um weiterzumachen.
 }
alert-when = Wann
