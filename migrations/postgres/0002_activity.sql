-- The append-only log of each team. Twin of ../sqlite/0002_activity.sql.

create table activity (
    team_id    text collate "C" not null references teams (id),
    seq        bigint not null check (seq >= 1),
    at         timestamptz not null,
    kind       text not null,
    actor_id   text collate "C" references accounts (id),
    actor_name text not null,
    surface    text not null check (surface in ('discord', 'web', 'api', 'job', 'cli')),
    subject    text not null,
    -- Text, not jsonb: the chain signs these very bytes.
    details    text not null,
    mac        bytea not null check (length(mac) = 32),
    primary key (team_id, seq)
);
create index activity_by_kind on activity (team_id, kind, seq);

create function activity_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the activity log is append-only';
end $$;
create trigger activity_no_change before update or delete on activity
    for each row execute function activity_is_append_only();
create trigger activity_no_truncate before truncate on activity
    for each statement execute function activity_is_append_only();
