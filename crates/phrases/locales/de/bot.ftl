### Was der Bot von sich aus sagt. Die Texte werden Markdown; was eingesetzt wird, ist schon maskiert.

undelivered-title = Einladung nicht zugestellt
undelivered-text = Die Mail, die { $address } als { $role } einlädt, konnte nicht zugestellt werden. Prüfe die Adresse oder frag nach einer anderen. `/invite show` auf deinem Server zeigt mehr, `/invite resend` versucht es noch einmal.
undelivered-said = Der Mailserver sagt
undelivered-why = Was passiert ist
