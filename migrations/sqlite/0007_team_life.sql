-- Plans, deleting and purging teams, super-admins, the active team, the history of one member.
-- Twin of ../postgres/0007_team_life.sql.

alter table teams add column plan text;
-- From then on the team is gone for everybody; for 30 days it can be brought back.
alter table teams add column deleted_at text;
-- Its rows are being deleted: there is no way back.
alter table teams add column purging integer not null default 0 check (purging in (0, 1));
create index teams_deleted on teams (deleted_at) where deleted_at is not null;

-- The team that somebody chose to work with wherever nothing else says which.
alter table accounts add column active_team_id text references teams (id) on delete set null;

-- Who may manage every team, by the keys of their verified addresses: as the operator set it at the last start.
create table super_admins (
    email_key text primary key
) strict;

-- A draft that waits for its team to be chosen has none yet.
create table drafts_anew (
    id         text primary key,
    account_id text not null references accounts (id) on delete cascade,
    team_id    text references teams (id),
    body       text not null check (json_valid(body)),
    expires_at text not null
) strict;
insert into drafts_anew (id, account_id, team_id, body, expires_at) select id, account_id, team_id, body, expires_at from drafts;
drop table drafts;
alter table drafts_anew rename to drafts;
create index drafts_by_age on drafts (expires_at);

-- Whom an entry is about, for the history of one member.
alter table activity add column member_id text generated always as (details ->> 'member') virtual;
-- What nobody did, and what is about nobody, costs no place in them.
create index activity_by_member on activity (team_id, member_id, seq) where member_id is not null;
create index activity_by_actor on activity (team_id, actor_id, seq) where actor_id is not null;

-- The log goes with its team, when that is purged, and never before.
drop trigger activity_no_delete;
create trigger activity_no_delete before delete on activity
    when not exists (select 1 from teams where id = old.team_id and purging and deleted_at is not null)
begin
    select raise(abort, 'the activity log is append-only');
end;
