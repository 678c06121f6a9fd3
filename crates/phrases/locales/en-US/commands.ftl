### What Discord shows beside each command, and beside each option. At most 100 characters.

command-team = Your teams
command-team-create = Create a team for this server; you get its top role
command-team-overview = See a team in numbers
command-team-list = See the teams you are in
command-team-switch = Choose the team that you work with
command-team-transfer = Hand over the top role; you are asked to type the team's name
command-team-leave = Leave a team; you are asked first
command-team-delete = Delete a team; you are asked to type its name
command-team-plan = Set a team's plan; for super-admins
command-account = Your own account
command-account-status = See your account, your teams and your roles
command-link = Link this Discord account to your Muster account
command-invite = Invite people and look after invitations
command-invite-email = Invite people by email; you review before anything is sent
command-invite-person = Invite somebody on this server; only they can open the card
command-invite-list = See invitations and how far they have come
command-invite-show = See one invitation and its delivery
command-invite-resend = Mail an invitation again; an expired one is revived
command-invite-revoke = Cancel an invitation; its link stops working
command-member = The members of your team
command-member-list = See who is in the team
command-member-show = See one member and what happened to them
command-member-role = Change a member's role
command-member-deactivate = Suspend a member's access; you can give it back
command-member-reactivate = Give a suspended member their access back
command-member-remove = End a member's access; you are asked first
command-member-export = Take the list of members away as a CSV file
command-activity = What happened in your team
command-activity-log = Read the team's log, newest first
command-activity-export = Take the log away as a file, newest first
command-invite-link = Links that let people join
command-invite-link-create = Make a link that lets in whoever has it
command-invite-link-list = See the links and how often they were used
command-invite-link-disable = Disable a link; it lets nobody in any more
command-menu-view-team-profile = View team profile
command-menu-invite-to-team = Invite to team
command-menu-manage-membership = Manage membership
command-team-policy = The team's rules
command-team-policy-show = See what each role may do
command-team-policy-export = Get the rules as a file
command-team-policy-import = Use the rules of a file; you are asked first
command-team-settings = See and change name, language and other settings

## Options; one with the name of a command in front is for that command alone

option-team = Another team than this server's
option-team-switch-team = Which team
option-name = What people call the team
option-preset = Which rules it starts with
option-plan = Which plan, or none
option-team-transfer-member = To whom
option-member = Whom
option-member-role-member = Whose role
option-member-role-role = The new role
option-member-deactivate-member = Whose access
option-member-reactivate-member = Whose access
option-member-list-role = Only members with this role
option-member-list-status = Only members of this status; otherwise everybody who is in
option-reason = Why, for the log
option-invite-email-role = The role they get; you can change it before sending
option-user = Whom
option-invite-person-role = The role they get
option-invite-list-status = Only those that have come this far
option-invitation = Which invitation
option-type = Only entries of this kind
option-activity-log-member = Only what this member did or what is about them
option-since = Only from then on: 7d, 24h, or a day like 2026-11-01
option-format = CSV for spreadsheets, JSON with the signatures
option-invite-link-create-role = The role they get
option-expires = When it ends; in 7 days if you choose nothing
option-max-uses = How many people can join by it
option-domain = Only verified addresses of this domain; several with commas between
option-invite-link-disable-link = Which link
option-file = The file
option-team-policy-import-file = Rules as TOML, as the export gives them

## Choices

choice-expires-in-1-hour = In 1 hour
choice-expires-in-1-day = In 1 day
choice-expires-in-7-days = In 7 days
choice-expires-in-30-days = In 30 days
choice-expires-never = Never
choice-format-csv = CSV
choice-format-json = JSON
