### API-Schlüssel und was Programme mit ihnen tun: Karten des Bots und Ablehnungen, auch die des Codes, der eine eingeladene Adresse belegt.

what-key-name = Name des Schlüssels
what-permissions = Liste der Berechtigungen
time-past = das ist schon vorbei
permission-unknown = `{ $name }` gibt es nicht; geben kannst du { $known }

## Die Karten des Bots

api-key-created-title = API-Schlüssel { $name } ist angelegt
api-key-created-text = Sein Geheimnis wird einmal gezeigt, nur dir, auf der Seite hinter dem Knopf. Bis dahin öffnet der Schlüssel nichts.
api-key-show-secret = Geheimnis zeigen
api-key-list-title = { $count ->
    [one] 1 API-Schlüssel
   *[other] { $count } API-Schlüssel
 }
api-key-list-empty-title = Noch keine API-Schlüssel
api-key-list-empty-text = Mit einem Schlüssel handelt ein Programm für dieses Team. `/apikey create` legt einen an, mit den Berechtigungen, die du ihm gibst.
api-key-by = von { $name }
api-key-ends = endet { $at }
api-key-used = benutzt { $at }
api-key-unused = nie benutzt
api-key-choice = { $name } · von { $maker }
api-key-set = { $set ->
    [all] Alles, was deine Rolle darf
    [read] Lesen: Mitglieder, Protokoll, Einblicke
   *[invite] Einladen: Mitglieder sehen, Einladungen verschicken und verwalten
 }
api-key-state = { $state ->
    [live] Gültig
    [waiting] Geheimnis noch nicht gezeigt
    [expired] Abgelaufen
   *[revoked] Widerrufen
 }
api-key-show-title = API-Schlüssel { $name }
api-key-show-text = { $name } hat ihn { $at } angelegt; { $used }.
api-key-overlap = Das vorige Geheimnis gilt noch; es endet { $at }.
api-key-field-state = Zustand
api-key-field-permissions = Darf
api-key-field-ends = Endet
api-key-never-ends = Nie
api-key-rotate-ask = Neues Geheimnis …
api-key-rotate-title = Neues Geheimnis für { $name }
api-key-rotate-text = Die Seite hinter dem Knopf macht ein neues Geheimnis und zeigt es einmal. Das heutige gilt noch 24 Stunden.
api-key-rotate-page = Seite öffnen
api-key-revoke-ask = Widerrufen …
api-key-ask-revoke-title = Den API-Schlüssel { $name } widerrufen?
api-key-ask-revoke-text = Programme, die ihn benutzen, werden von da an abgewiesen; er wurde { $used }. Das lässt sich nicht zurücknehmen.
api-key-revoke = { $name } widerrufen
api-key-revoked-title = API-Schlüssel { $name } widerrufen
api-key-revoked-text = Er öffnet nichts mehr.
api-key-all = Alle API-Schlüssel

## Ablehnungen

api-key-missing = Schick einen API-Schlüssel im Header X-API-Key mit.
api-key-unknown = Diesen API-Schlüssel gibt es nicht. Prüfe, ob er ganz kopiert wurde.
api-key-revoked = Dieser API-Schlüssel wurde widerrufen.
api-key-expired = Dieser API-Schlüssel ist abgelaufen.
api-key-orphaned = Wer diesen API-Schlüssel angelegt hat, ist kein aktives Mitglied des Teams mehr; darum öffnet er nichts.
api-key-most = Dieses Team hat { $most } API-Schlüssel, mehr geht nicht. Widerrufe zuerst einen.
api-key-shown = Das Geheimnis dieses API-Schlüssels wurde schon gezeigt. Gib ihm ein neues, wenn es verloren ist.
api-key-members-only = Nur Mitglieder des Teams legen API-Schlüssel an: Ein Schlüssel handelt in ihrem Namen.
api-key-beyond = Als { $role } kannst du einem Schlüssel nicht { $permissions } geben.
api-key-not-yours = Ein Geheimnis dieses API-Schlüssels bekommt nur { $name } zu sehen, von dort stammt er: Er handelt in diesem Namen.
api-key-lacks = Diesem API-Schlüssel fehlt die Berechtigung { $permission }.
api-rate = Dieser API-Schlüssel hat seine { $limit } Anfragen dieser Minute gestellt. Versuch es { $until } wieder.
api-other-request = Dieser Idempotency-Key kam schon mit einer anderen Anfrage. Nimm für jede Anfrage einen neuen.
code-wrong = { $left ->
    [one] Das ist nicht der Code. Du hast noch einen Versuch.
   *[other] Das ist nicht der Code. Du hast noch { $left } Versuche.
 }
code-over = Dieser Code gilt nicht mehr. Lass dir einen neuen schicken.
