### Teams und das eigene Konto.

teams-which-title = Welches Team?
teams-which = Du bist in mehreren Teams. Wähl eines, und dein Befehl geht weiter.
teams-which-more = Du bist in mehreren Teams. Wähl eines, und dein Befehl geht weiter; für eines, das nicht dabei ist, nimm die Option `team`.
teams-choose = Team wählen
teams-create = Ein Team gründen
teams-none = Gründe eines für diesen Server, oder folge dem Link einer Einladung.
teams-chosen = gewählt
teams-title = { $count ->
    [one] Du bist in 1 Team
   *[other] Du bist in { $count } Teams
 }
teams-work-with = Arbeiten mit …
teams-see = Das Team ansehen
teams-see-mine = Meine Teams ansehen
teams-switched-title = Du arbeitest jetzt mit { $team }
teams-switched-text = Befehle meinen es hier, und auf anderen Servern, wenn sonst nichts sagt, welches Team gemeint ist.
teams-overview = Gegründet am { $founded }. Regeln „{ $rules }“: { $summary }
teams-deactivated = { $count } deaktiviert
teams-members = Mitglieder
teams-pending = Offene Einladungen
teams-plan = Tarif
teams-no-plan = keiner
teams-seats = Plätze
teams-seats-used = { $used } von { $cap } belegt

## Gründen

team-created-title = { $team } ist bereit
team-created-text = Du bist dort die erste Person mit der Rolle { $role }, und Befehle auf diesem Server meinen jetzt dieses Team. Die Regeln: { $summary }
team-form-title = Ein Team gründen
team-form-name = Name des Teams
team-form-preset = Regeln, mit denen es beginnt

## Übergeben

transfer-ask-title = { $to } zu { $top } dieses Teams machen?
transfer-ask-own = { $to } kann dann alles im Team. Du wirst { $role }, und nur wer { $top } ist, kann das zurückgeben.
transfer-ask = { $to } kann dann alles im Team. { $from } wird { $role }, und nur wer { $top } ist, kann das zurückgeben.
transfer-do = An { $to } übergeben …
transfer-done = { $from } ist ab jetzt { $role }. Beides gilt ab dem nächsten Klick.
transfer-form-title = Das Team übergeben
name-form = Gib den Namen des Teams ein

## Löschen und zurückholen

delete-ask-title = { $team } löschen?
delete-ask = { $people ->
    [one] 1 Mitglied verliert sofort den Zugang.
   *[other] { $people } Mitglieder verlieren sofort den Zugang.
 } Noch { $days } Tage lang lässt es sich zurückholen; danach wird alles endgültig gelöscht.
delete-ask-invitations = { $people ->
    [one] 1 Mitglied verliert sofort den Zugang
   *[other] { $people } Mitglieder verlieren sofort den Zugang
 }, und { $invitations ->
    [one] 1 offene Einladung gilt nicht mehr
   *[other] { $invitations } offene Einladungen gelten nicht mehr
 }. Noch { $days } Tage lang lässt es sich zurückholen; danach wird alles endgültig gelöscht.
delete-do = { $team } löschen …
delete-form-title = Das Team löschen
deleted-title = { $team } ist gelöscht
deleted-text = Niemand hat mehr Zugang. Bis { $until } lässt es sich zurückholen; danach wird alles endgültig gelöscht.
deleted-restore = { $team } zurückholen
restored-title = { $team } ist wieder da
restored-text = Alles ist, wie es beim Löschen war ({ $deleted }). Einladungsmails, die damals warteten, wurden nicht verschickt; schick sie noch einmal.

## Tarife

plan-set-title = { $team } hat einen anderen Tarif
plan-set = Er gilt ab der nächsten Einladung.
plan-set-over = Das Team belegt mehr Plätze, als der Tarif hat. Niemand verliert seinen, aber niemand Neues kann beitreten.
plan-choice = { $plan }: { $seats ->
    [one] 1 Platz
   *[other] { $seats } Plätze
 }
plan-choice-uncapped = { $plan }: ohne Grenze
plan-choice-none = Keiner

## Das eigene Konto

account-link-title = Verknüpfe dein Discord-Konto
account-link-text = Öffne die Seite, melde dich an und bestätige beide Namen. Das geht einmal, { $minutes } Minuten lang, und nur für dich.
account-link = Mein Konto verknüpfen
account-linked-title = Du bist schon verknüpft
account-title = Dein Muster-Konto
account-no-email = keine: du meldest dich mit deinem Discord-Konto an
account-no-team = noch keine
account-name = Name
account-teams = Teams
