-- Servers, and what the bot remembers between restarts. Twin of ../sqlite/0005_discord.sql.

create table guild_teams (
    guild_id  bigint not null,
    team_id   text collate "C" not null references teams (id),
    -- The team that commands of this server mean when they name none.
    preferred boolean not null,
    linked_at timestamptz not null,
    primary key (guild_id, team_id)
);
create unique index guild_teams_one_preferred on guild_teams (guild_id) where preferred;

-- The team each person last worked with in each server.
create table guild_recent_teams (
    guild_id   bigint not null,
    account_id text collate "C" not null references accounts (id) on delete cascade,
    team_id    text collate "C" not null references teams (id),
    primary key (guild_id, account_id)
);

-- Interactions that acted: the same one never acts twice.
create table interactions (
    id bigint primary key,
    at timestamptz not null
);
create index interactions_by_age on interactions (at);

create table command_registrations (
    application_id bigint primary key,
    body_hash      bytea not null,
    at             timestamptz not null
);

-- What a form of several steps has collected, until it is sent or forgotten.
create table drafts (
    id         text collate "C" primary key,
    account_id text collate "C" not null references accounts (id) on delete cascade,
    team_id    text collate "C" not null references teams (id),
    body       jsonb not null,
    expires_at timestamptz not null
);
create index drafts_by_age on drafts (expires_at);
