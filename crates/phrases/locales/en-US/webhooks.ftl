### Webhooks: URLs that a team's log is sent to.

what-webhook-url = URL
what-webhook-description = name
what-webhook-kinds = choice
webhook-kinds-none = tick at least one kind of entry, or choose all of them
webhook-url-bad = it is not a web address; write it like https://hooks.example.org/muster
webhook-url-user = it holds a name or password, which messages do not carry: they are signed instead
webhook-url-plain = it has to begin with https://
webhook-url-port = its port has to be 443 or from 1024 up
webhook-url-private = it leads to no address of the public internet; whoever runs this Muster can allow it

webhook-limit = The team has { $most } webhooks, which is the most. Delete one to make another.
webhook-off = The webhook is off, so nothing is sent. Turn it on first.
webhook-gone = The log no longer has the entry that this message tells about, so it cannot be sent again.
webhook-busy = Some tests are still on their way. Wait until they have arrived or failed.
