-- Counts of what happened, the host product's events, cutting the log, refusals, announcements.
-- Twin of ../postgres/0016_insights.sql.

-- How often what happened on which day, and by whom: what insights add up. Written with what it counts.
create table activity_days (
    team_id  text not null references teams (id),
    -- Days since 1970, in UTC.
    day      integer not null,
    kind     text not null,
    -- Empty for nobody, and for those whom the team's retention has taken out.
    actor_id text not null,
    -- Whether it is an event of the host product, and not an entry of the log.
    host     integer not null check (host in (0, 1)),
    times    integer not null check (times >= 1),
    primary key (team_id, day, kind, actor_id)
) strict, without rowid;
insert into activity_days (team_id, day, kind, actor_id, host, times)
    select team_id, cast(strftime('%s', substr(at, 1, 10)) as integer) / 86400, kind, coalesce(actor_id, ''), 0, count(*)
    from activity group by 1, 2, 3, 4;

-- What the host product tells us about: its own things, which Muster counts and does not interpret.
create table events (
    id       text primary key,
    team_id  text not null references teams (id),
    at       text not null,
    kind     text not null check (length(kind) between 3 and 64),
    actor_id text,
    subject  text check (length(subject) between 1 and 200),
    times    integer not null check (times between 1 and 1000000),
    foreign key (team_id, actor_id) references members (team_id, account_id)
) strict;
create index events_by_time on events (team_id, at);
-- Who worked on the same things lately.
create index events_of_people on events (team_id, at) where actor_id is not null and subject is not null;

-- How many days a team keeps its log; null for ever.
alter table teams add column keep_log_days integer check (keep_log_days >= 30);
-- Up to where a log was cut, the signature of the last entry that went, and ours over both.
create table activity_cuts (
    team_id   text primary key references teams (id),
    through   integer not null check (through >= 1),
    head      blob not null check (length(head) = 32),
    at        text not null,
    signature blob not null check (length(signature) = 32)
) strict;
-- The log goes with its team, or up to where it is cut; a cut that nobody signed shows.
drop trigger activity_no_delete;
create trigger activity_no_delete before delete on activity
    when not exists (select 1 from teams where id = old.team_id and purging and deleted_at is not null)
     and not exists (select 1 from activity_cuts where team_id = old.team_id and through >= old.seq)
begin
    select raise(abort, 'the activity log is append-only');
end;

-- When the log last said that a member was refused something: once an hour is enough.
create table denials (
    team_id    text not null references teams (id),
    account_id text not null references accounts (id) on delete cascade,
    tried      text not null,
    at         text not null,
    primary key (team_id, account_id, tried)
) strict;
create index denials_by_age on denials (at);

-- Where a team says in public what changed.
create table announcements (
    team_id         text not null references teams (id),
    guild_id        integer not null,
    channel_id      integer not null,
    -- The kinds of entries that are announced.
    kinds           text not null check (json_valid(kinds)),
    -- In whose name, and who hears of it when Discord no longer takes them.
    set_by          text not null references accounts (id),
    -- Null while they are said.
    stopped_at      text,
    -- The last entry that was looked at.
    seen_seq        integer not null check (seen_seq >= 0),
    -- The last entry of the message that is on its way, and since when.
    sending_through integer check (sending_through > seen_seq),
    sending_since   text,
    primary key (team_id, guild_id),
    check ((sending_through is null) = (sending_since is null))
) strict;
-- Whether others may read in a channel what somebody did, or what was done with them.
alter table accounts add column wants_announced integer not null default 1 check (wants_announced in (0, 1));
