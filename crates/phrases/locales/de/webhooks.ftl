### Webhooks: Adressen, an die das Protokoll eines Teams gesendet wird.

what-webhook-url = Adresse
what-webhook-description = Name
what-webhook-kinds = Auswahl
webhook-kinds-none = hake mindestens eine Art von Einträgen an, oder wähle alle
webhook-url-bad = das ist keine Webadresse; schreib sie wie https://hooks.example.org/muster
webhook-url-user = sie enthält einen Namen oder ein Passwort, das Nachrichten nicht mitführen: sie sind stattdessen signiert
webhook-url-plain = sie muss mit https:// beginnen
webhook-url-port = ihr Port muss 443 sein oder mindestens 1024
webhook-url-private = sie führt zu keiner Adresse des öffentlichen Internets; wer dieses Muster betreibt, kann das erlauben

webhook-limit = Das Team hat { $most } Webhooks, mehr gehen nicht. Lösche einen, um einen anderen anzulegen.
webhook-off = Der Webhook ist ausgeschaltet, darum wird nichts gesendet. Schalte ihn erst ein.
webhook-gone = Das Protokoll hat den Eintrag nicht mehr, von dem diese Nachricht erzählt; sie kann nicht noch einmal gesendet werden.
webhook-busy = Einige Proben sind noch unterwegs. Warte, bis sie angekommen oder gescheitert sind.
