### API keys and what programs do with them: the bot's cards and refusals, also those of the code that proves an invited address.

what-key-name = name of the key
what-permissions = list of permissions
time-past = it is over already
permission-unknown = there is none called `{ $name }`; you can give { $known }

## The bot's cards

api-key-created-title = API key { $name } is ready
api-key-created-text = Its secret is shown once, to you alone, on the page behind the button. Until then the key opens nothing.
api-key-show-secret = Show the secret
api-key-list-title = { $count ->
    [one] 1 API key
   *[other] { $count } API keys
 }
api-key-list-empty-title = No API keys yet
api-key-list-empty-text = A key lets a program act for this team. `/apikey create` makes one, with the permissions that you give it.
api-key-by = by { $name }
api-key-ends = ends { $at }
api-key-used = used { $at }
api-key-unused = never used
api-key-choice = { $name } · by { $maker }
api-key-set = { $set ->
    [all] Everything that your role may do
    [read] Read: members, activity, insights
   *[invite] Invite: see members, send and manage invitations
 }
api-key-state = { $state ->
    [live] Live
    [waiting] Secret not shown yet
    [expired] Expired
   *[revoked] Revoked
 }
api-key-show-title = API key { $name }
api-key-show-text = { $name } made it { $at }; { $used }.
api-key-overlap = The secret before still works; it ends { $at }.
api-key-field-state = State
api-key-field-permissions = May
api-key-field-ends = Ends
api-key-never-ends = Never
api-key-rotate-ask = Another secret…
api-key-rotate-title = Another secret for { $name }
api-key-rotate-text = The page behind the button makes a new secret and shows it once. The one of today works for 24 hours more.
api-key-rotate-page = Open the page
api-key-revoke-ask = Revoke…
api-key-ask-revoke-title = Revoke the API key { $name }?
api-key-ask-revoke-text = Programs that use it are refused from then on; it was { $used }. This can't be taken back.
api-key-revoke = Revoke { $name }
api-key-revoked-title = Revoked the API key { $name }
api-key-revoked-text = It opens nothing any more.
api-key-all = All API keys

## Refusals

api-key-missing = Send an API key in the header X-API-Key.
api-key-unknown = No such API key. Check that all of it was copied.
api-key-revoked = This API key was revoked.
api-key-expired = This API key has expired.
api-key-orphaned = Whoever made this API key is no active member of its team any more, so it opens nothing.
api-key-most = This team has { $most } API keys, which is the most. Revoke one first.
api-key-shown = The secret of this API key was shown already. Give it another one if it is lost.
api-key-members-only = Only members of the team make API keys: a key acts in their name.
api-key-beyond = As { $role } you can't give a key { $permissions }.
api-key-not-yours = Only { $name }, who made this API key, gets to see a secret of it: it acts in their name.
api-key-lacks = This API key does not carry the permission { $permission }.
api-rate = This API key has made its { $limit } requests of this minute. Try again { $until }.
api-other-request = This Idempotency-Key came with another request before. Use a new one for each request.
code-wrong = { $left ->
    [one] That is not the code. You can try once more.
   *[other] That is not the code. You can try { $left } more times.
 }
code-over = That code no longer counts. Ask for a new one.
