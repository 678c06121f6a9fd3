### Invite links, as the bot tells of them. The texts become Markdown: what is filled in has been escaped.

link-created-title = Invite link { $link } is ready
link-created-text = Whoever has it can join as { $role }. Share it only with those you want in.
link-create = Create a link
link-list-title = { $count ->
    [one] 1 invite link
   *[other] { $count } invite links
}
link-list-empty-title = No invite links yet
link-list-empty-text = A link lets in whoever has it, with the role you choose, until it ends. `/invite link create` sets role, end, number of uses and domain; the button makes one for seven days.
link-open = Open…
link-option = { $link } · { $role } · { $state }
link-state-live = Live
link-state-disabled = Disabled
link-state-expired = Expired
link-state-full = Used up
link-uses = { $uses ->
    [0] not used yet
    [one] used once
   *[other] used { $uses } times
}
link-uses-of = { $uses } of { $most } uses
link-ends = ends { $at }
link-by = by { $name }
link-show-title = Invite link { $link }
link-show-text = { $name } made it { $at }.
link-no-key = It works, but it can't be shown any more: the key it was made with was taken away. Make a new one to share.
link-field-state = State
link-field-uses = Uses
link-field-ends = Ends
link-field-domain = For addresses at
link-never = Never
link-any-domain = Any domain
link-open-page = Open the link
link-disable-ask = Disable…
link-ask-disable-title = Disable the invite link { $link }?
link-ask-disable-text = { $uses ->
    [0] It lets nobody in from then on, and cannot be enabled again. Nobody has joined by it.
    [one] It lets nobody in from then on, and cannot be enabled again. The person who joined by it stays.
   *[other] It lets nobody in from then on, and cannot be enabled again. The { $uses } people who joined by it stay.
}
link-disable = Disable { $link }
link-disabled-title = Disabled the invite link { $link }
link-disabled-text = It lets nobody in any more.
link-all = All invite links
