-- Counts of what happened, the host product's events, cutting the log, refusals, announcements.
-- Twin of ../sqlite/0016_insights.sql.

-- How often what happened on which day, and by whom: what insights add up. Written with what it counts.
create table activity_days (
    team_id  text collate "C" not null references teams (id),
    -- Days since 1970, in UTC.
    day      bigint not null,
    kind     text collate "C" not null,
    -- Empty for nobody, and for those whom the team's retention has taken out.
    actor_id text collate "C" not null,
    -- Whether it is an event of the host product, and not an entry of the log.
    host     boolean not null,
    times    bigint not null check (times >= 1),
    primary key (team_id, day, kind, actor_id)
);
-- Whoever migrates may be no superuser: the log's rows show to whoever says so.
select set_config('muster.team', '*', true);
insert into activity_days (team_id, day, kind, actor_id, host, times)
    select team_id, floor(extract(epoch from at) / 86400)::bigint, kind, coalesce(actor_id, ''), false, count(*)
    from activity group by 1, 2, 3, 4;

-- What the host product tells us about: its own things, which Muster counts and does not interpret.
create table events (
    id       text collate "C" primary key,
    team_id  text collate "C" not null references teams (id),
    at       timestamptz not null,
    kind     text not null check (length(kind) between 3 and 64),
    actor_id text collate "C",
    subject  text check (length(subject) between 1 and 200),
    times    bigint not null check (times between 1 and 1000000),
    foreign key (team_id, actor_id) references members (team_id, account_id)
);
create index events_by_time on events (team_id, at);
-- Who worked on the same things lately.
create index events_of_people on events (team_id, at) where actor_id is not null and subject is not null;

-- How many days a team keeps its log; null for ever.
alter table teams add column keep_log_days bigint check (keep_log_days >= 30);
-- Up to where a log was cut, the signature of the last entry that went, and ours over both.
create table activity_cuts (
    team_id   text collate "C" primary key references teams (id),
    through   bigint not null check (through >= 1),
    head      bytea not null check (length(head) = 32),
    at        timestamptz not null,
    signature bytea not null check (length(signature) = 32)
);
-- The log goes with its team, or up to where it is cut; a cut that nobody signed shows.
create or replace function activity_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select 1 from teams where id = old.team_id and purging and deleted_at is not null) then
            return old;
        end if;
        if exists (select 1 from activity_cuts where team_id = old.team_id and through >= old.seq) then
            return old;
        end if;
    end if;
    raise exception 'the activity log is append-only';
end $$;

-- When the log last said that a member was refused something: once an hour is enough.
create table denials (
    team_id    text collate "C" not null references teams (id),
    account_id text collate "C" not null references accounts (id) on delete cascade,
    tried      text collate "C" not null,
    at         timestamptz not null,
    primary key (team_id, account_id, tried)
);
create index denials_by_age on denials (at);

-- Where a team says in public what changed.
create table announcements (
    team_id         text collate "C" not null references teams (id),
    guild_id        bigint not null,
    channel_id      bigint not null,
    -- The kinds of entries that are announced.
    kinds           jsonb not null,
    -- In whose name, and who hears of it when Discord no longer takes them.
    set_by          text collate "C" not null references accounts (id),
    -- Null while they are said.
    stopped_at      timestamptz,
    -- The last entry that was looked at.
    seen_seq        bigint not null check (seen_seq >= 0),
    -- The last entry of the message that is on its way, and since when.
    sending_through bigint check (sending_through > seen_seq),
    sending_since   timestamptz,
    primary key (team_id, guild_id),
    check ((sending_through is null) = (sending_since is null))
);
-- Whether others may read in a channel what somebody did, or what was done with them.
alter table accounts add column wants_announced boolean not null default true;

select secure_teams();
-- A cut is made by jobs, which are in no team.
revoke insert, update, delete on activity_cuts from muster_team;
