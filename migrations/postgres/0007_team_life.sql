-- Plans, deleting and purging teams, super-admins, the active team, the history of one member.
-- Twin of ../sqlite/0007_team_life.sql.

alter table teams add column plan text;
-- From then on the team is gone for everybody; for 30 days it can be brought back.
alter table teams add column deleted_at timestamptz;
-- Its rows are being deleted: there is no way back.
alter table teams add column purging boolean not null default false;
create index teams_deleted on teams (deleted_at) where deleted_at is not null;

-- The team that somebody chose to work with wherever nothing else says which.
alter table accounts add column active_team_id text collate "C" references teams (id) on delete set null;

-- Who may manage every team, by the keys of their verified addresses: as the operator set it at the last start.
create table super_admins (
    email_key text collate "C" primary key
);

-- A draft that waits for its team to be chosen has none yet.
alter table drafts alter column team_id drop not null;

-- Whom an entry is about, for the history of one member.
alter table activity add column member_id text collate "C" generated always as (details::jsonb ->> 'member') stored;
-- What nobody did, and what is about nobody, costs no place in them.
create index activity_by_member on activity (team_id, member_id, seq) where member_id is not null;
create index activity_by_actor on activity (team_id, actor_id, seq) where actor_id is not null;

-- The log goes with its team, when that is purged, and never before.
create or replace function activity_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select 1 from teams where id = old.team_id and purging and deleted_at is not null) then
            return old;
        end if;
    end if;
    raise exception 'the activity log is append-only';
end $$;

-- As on SQLite, a counter that is empty stays empty when a member goes: that is how a team is purged.
create or replace function members_count_owners() returns trigger language plpgsql as $$
declare
    before bigint := 0;
    after  bigint := 0;
begin
    if tg_op <> 'INSERT' and old.top and old.status = 'active' then before := 1; end if;
    if tg_op <> 'DELETE' and new.top and new.status = 'active' then after := 1; end if;
    if after > before then
        update teams set owner_count = coalesce(owner_count, 0) + 1 where id = new.team_id;
    elsif before > after then
        update teams set owner_count = owner_count - 1 where id = old.team_id;
    end if;
    return null;
end $$;
