-- Servers, and what the bot remembers between restarts. Twin of ../postgres/0005_discord.sql.

create table guild_teams (
    guild_id  integer not null,
    team_id   text not null references teams (id),
    -- The team that commands of this server mean when they name none.
    preferred integer not null check (preferred in (0, 1)),
    linked_at text not null,
    primary key (guild_id, team_id)
) strict;
create unique index guild_teams_one_preferred on guild_teams (guild_id) where preferred;

-- The team each person last worked with in each server.
create table guild_recent_teams (
    guild_id   integer not null,
    account_id text not null references accounts (id) on delete cascade,
    team_id    text not null references teams (id),
    primary key (guild_id, account_id)
) strict;

-- Interactions that acted: the same one never acts twice.
create table interactions (
    id integer primary key,
    at text not null
) strict;
create index interactions_by_age on interactions (at);

create table command_registrations (
    application_id integer primary key,
    body_hash      blob not null,
    at             text not null
) strict;

-- What a form of several steps has collected, until it is sent or forgotten.
create table drafts (
    id         text primary key,
    account_id text not null references accounts (id) on delete cascade,
    team_id    text not null references teams (id),
    body       text not null check (json_valid(body)),
    expires_at text not null
) strict;
create index drafts_by_age on drafts (expires_at);
