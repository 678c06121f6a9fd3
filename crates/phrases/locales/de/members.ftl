### Mitglieder, ihre Rollen, und das Ende einer Mitgliedschaft.

members-title = { $count ->
    [one] 1 Mitglied
   *[other] { $count } Mitglieder
 }
members-title-status = { $count ->
    [one] 1 Mitglied
   *[other] { $count } Mitglieder
 }, { $status }
members-title-role = { $count ->
    [one] 1 Mitglied
   *[other] { $count } Mitglieder
 } mit der Rolle { $role }
members-none-role = Diese Rolle hat noch niemand.
members-none = Hier ist niemand verzeichnet.
members-invite = Jemanden einladen
members-see = Mitglieder ansehen
members-all = Alle Mitglieder

## Von einem Mitglied

member-status-active = Aktiv
member-status-deactivated = Deaktiviert
member-status-removed = Entfernt
member-status-left = Ausgetreten
member-is-active = aktiv
member-is-deactivated = deaktiviert
member-is-removed = entfernt
member-is-left = ausgetreten
member-inactive = inaktiv seit { $day }
member-joined = dabei seit { $day }
member-joined-by = { $day }, eingeladen von { $inviter }
member-invited-by = eingeladen von { $inviter }
member-unlinked = Discord nicht verknüpft
member-no-email = keine
member-role = Rolle
member-status = Status
member-email = E-Mail
member-joined-field = Dabei seit
member-last-active = Zuletzt aktiv
member-reactivate = Reaktivieren
member-deactivate = Deaktivieren
member-remove = { $name } entfernen …
member-choice-deactivated = { $member } · deaktiviert

## Rollen

role-ask-title = { $name } zu { $role } machen?
role-ask-top = { $name } kann dann alles, was du kannst, auch deine Rolle ändern.
role-ask-from-top = { $name } ist dann nicht mehr { $from }. Wer sonst { $top } ist, kann das später rückgängig machen.
role-do = { $name } zu { $role } machen
role-done-title = { $name } ist jetzt { $role }
role-done = Vorher: { $from }. Es gilt ab dem nächsten Klick der Person.
role-done-undo =
    Vorher: { $from }. Es gilt ab dem nächsten Klick der Person.
    Rückgängig machen endet { $until }.

## Das Ende einer Mitgliedschaft

ended-invitations = { $count ->
    [one] Die offene Einladung, die diese Person verschickt hat, gilt nicht mehr.
   *[other] { $count } offene Einladungen, die diese Person verschickt hat, gelten nicht mehr.
 }
deactivated-title = { $name } ist deaktiviert
deactivated-text = { $name } hat ab dem nächsten Klick keinen Zugang. Reaktivieren geht jederzeit.
deactivated-text-invitations =
    { $name } hat ab dem nächsten Klick keinen Zugang.
    { $invitations }
    Reaktivieren geht jederzeit.
reactivated-title = { $name } ist wieder aktiv
reactivated-text = { $name } ist { $role } wie zuvor.
remove-title = { $name } entfernen?
remove-text = { $name }, jetzt { $role }, verliert sofort den Zugang. Was die Person getan hat, bleibt im Protokoll.
remove-text-invitations =
    { $name }, jetzt { $role }, verliert sofort den Zugang.
    { $invitations }
    Was die Person getan hat, bleibt im Protokoll.
remove-permanent = Das ist endgültig und lässt sich nicht rückgängig machen. Überleg, ob Deaktivieren genügt.
remove-deactivate = Stattdessen deaktivieren
remove-do = { $name } entfernen
removed-title = { $name } ist entfernt
removed-text = { $name } hat ab dem nächsten Klick keinen Zugang.
leave-title = { $team } verlassen?
leave-text = Du verlierst sofort den Zugang zum Team und seinen Inhalten. Um zurückzukommen, musst du neu eingeladen werden.
leave-do = { $team } verlassen
leave-instead = Das Team verlassen …
left-title = Du hast { $team } verlassen
left-text = Was du dort getan hast, bleibt im Protokoll. Dein Konto und deine anderen Teams sind wie zuvor.
