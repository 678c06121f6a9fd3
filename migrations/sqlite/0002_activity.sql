-- The append-only log of each team. Twin of ../postgres/0002_activity.sql.

create table activity (
    team_id    text not null references teams (id),
    seq        integer not null check (seq >= 1),
    at         text not null,
    kind       text not null,
    actor_id   text references accounts (id),
    actor_name text not null,
    surface    text not null check (surface in ('discord', 'web', 'api', 'job', 'cli')),
    subject    text not null,
    -- The chain signs these very bytes.
    details    text not null,
    mac        blob not null check (length(mac) = 32),
    primary key (team_id, seq)
) strict, without rowid;
create index activity_by_kind on activity (team_id, kind, seq);

create trigger activity_no_update before update on activity
begin
    select raise(abort, 'the activity log is append-only');
end;
-- Fires for REPLACE too, because every connection sets recursive_triggers.
create trigger activity_no_delete before delete on activity
begin
    select raise(abort, 'the activity log is append-only');
end;
