-- Invitations of one Discord user, filters of the log, wishes and the erasing of accounts.
-- Twin of ../postgres/0011_people.sql.

-- Whom a link is for, when it is for one person: it is a card with a button, and has no page.
alter table invite_links add column discord_user_id integer;
alter table invite_links add column discord_name text check ((discord_name is null) = (discord_user_id is null));
-- How it ended when nobody disabled it; `disabled_at` says when.
alter table invite_links add column ending text check (ending is null or ending in ('declined', 'replaced', 'expired'));
-- At most one open one for each person and team; those of a team hold seats.
create unique index invite_links_one_open on invite_links (team_id, discord_user_id)
    where discord_user_id is not null and disabled_at is null and uses = 0;

-- The log from a day on.
create index activity_by_time on activity (team_id, at);
-- What one account caused, in whichever team.
create index activity_by_cause on activity (actor_id, team_id, seq) where actor_id is not null;
-- What one account sent, in whichever team.
create index invitations_by_inviter on invitations (invited_by, created_at);
create index invite_links_by_maker on invite_links (created_by, created_at);

-- What somebody wants to hear of: by direct message, that a mail of theirs was not delivered; by mail, that their role changed.
alter table accounts add column wants_undelivered integer not null default 1 check (wants_undelivered in (0, 1));
alter table accounts add column wants_role_mails integer not null default 1 check (wants_role_mails in (0, 1));
-- Since when nobody is behind it: it has no name, address, password or Discord user any more.
alter table accounts add column erased_at text;
