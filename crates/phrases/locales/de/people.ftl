### Eine Person auf Discord: mit einer Karte im Kanal eingeladen, und aus dem Menü einer Person angesehen.

card-public-title = Du bist zu { $team } eingeladen
card-public-text = { $inviter } lädt { $name } als { $role } zu { $team } ein. Nur { $name } kann die Einladung öffnen; sie endet { $ends }.
card-open-mine = Meine Einladung öffnen
card-invited-title = { $name } ist eingeladen
card-invited-text = Die Karte in diesem Kanal ist nur für { $name } und gibt die Rolle { $role }. Sie endet { $ends }.
card-revoke = Einladung zurückziehen …
card-not-posted-title = Die Karte steht nicht in diesem Kanal
card-not-posted-text = Die Einladung ist offen, aber Discord hat ihre Karte nicht angenommen. Lass Muster diesen Kanal sehen und darin schreiben (Kanal ansehen, Nachrichten senden) und lade noch einmal ein: die neue Einladung ersetzt diese.
card-not-yours = Diese Einladung ist für jemand anderen. Frag jemanden im Team, wenn du auch mitmachen möchtest.
card-over = { $status ->
    [accepted] Diese Einladung wurde schon angenommen. `/team list` zeigt deine Teams.
    [expired] Diese Einladung ist abgelaufen. Bitte die Person, die dich eingeladen hat, um eine neue.
    [revoked] Diese Einladung wurde zurückgezogen. Frag die Person, die dich eingeladen hat, wenn das ein Irrtum sein muss.
    [replaced] Diese Einladung wurde durch eine neuere ersetzt, oder du bist auf anderem Weg hineingekommen. Nimm die letzte Karte.
    [declined] Diese Einladung wurde abgelehnt. Bitte um eine neue, wenn du es dir anders überlegt hast.
   *[pending] Diese Einladung ist wieder offen. Drück den Knopf noch einmal, um sie zu sehen.
 }
card-bot = es gehört einem Bot; wähl eine Person
card-fields = Dieses Team fragt zu jeder Person mehr, als Discord weiß. Lade sie per Mail ein, mit `/invite email`.
card-offered-title = Bei { $team } als { $role } mitmachen?
card-offered-text = { $inviter } lädt dich ein, und das endet { $ends }. Dein Discord-Konto ist dein Zugang: du brauchst keine Adresse und kein Passwort.
card-join = Als { $role } zu { $team }
card-decline = Ablehnen
card-joined-title = Du bist in { $team }
card-joined-text = Deine Rolle gilt ab deinem nächsten Klick. `/help` zeigt, was du tun kannst.
card-declined-title = Du hast die Einladung zu { $team } abgelehnt
card-declined-text = An deinem Konto hat sich nichts geändert, und es steht nur im Verlauf des Teams.
card-for = für { $name }
card-only = Die Karte steht in dem Kanal, in dem sie gemacht wurde, und nur { $name } kann sie öffnen.
card-whom = Für

## Aus dem Menü einer Person

profile-none-title = { $name } ist nicht in { $team }
profile-none-invite = Du kannst die Person einladen: mit einer Karte in diesem Kanal, die nur sie öffnen kann.
profile-none-text = Einladen kann sie, wer Leute einladen darf.
profile-invite = Ins Team einladen
manage-role = Eine andere Rolle geben …
manage-nothing = Mit deiner Rolle kannst du an dieser Mitgliedschaft nichts ändern.
