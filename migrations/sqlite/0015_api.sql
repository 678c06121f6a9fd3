-- API keys, how much they are used, what was answered to them, and codes that prove an invited address.
-- Twin of ../postgres/0015_api.sql.

create table api_keys (
    id           text primary key,
    team_id      text not null references teams (id),
    name         text not null check (length(name) between 1 and 64),
    -- The names of the permissions that it carries.
    permissions  text not null check (json_valid(permissions)),
    -- With whose authority it acts: never with more than they have at that moment.
    created_by   text not null references accounts (id),
    created_at   text not null,
    -- Null for one that lasts until it is revoked.
    expires_at   text,
    -- Null until its secret has been shown, for the first and only time.
    secret_hash  blob check (length(secret_hash) = 32),
    -- The secret before, which still works for a while after it was changed.
    old_hash     blob check (length(old_hash) = 32),
    old_until    text,
    last_used_at text,
    revoked_at   text,
    -- When the log last said that it was used although it is over.
    alarmed_at   text,
    unique (team_id, id),
    check ((old_hash is null) = (old_until is null)),
    check (old_hash is null or secret_hash is not null)
) strict;
create index api_keys_by_age on api_keys (team_id, created_at, id);
create index api_keys_by_maker on api_keys (created_by, team_id);

-- How many requests of a key a minute has seen, of each kind; what a process has taken for itself counts as used.
create table api_rates (
    key_id  text not null,
    team_id text not null,
    bucket  text not null check (bucket in ('reads', 'changes')),
    minute  text not null,
    used    integer not null check (used >= 0),
    primary key (key_id, bucket),
    foreign key (team_id, key_id) references api_keys (team_id, id)
) strict;

-- What was answered to requests that can come twice. The answers may hold secrets, so they are sealed.
create table api_answers (
    key_id       text not null,
    name         text not null check (length(name) between 1 and 255),
    team_id      text not null,
    request_hash blob not null check (length(request_hash) = 32),
    status       integer not null,
    sealed       blob not null,
    created_at   text not null,
    primary key (key_id, name),
    foreign key (team_id, key_id) references api_keys (team_id, id)
) strict;
create index api_answers_by_age on api_answers (created_at);
create index api_answers_by_team on api_answers (team_id);

-- The code that was mailed to an invited address, for whoever has the link but not the mail; the newest counts.
create table invitation_codes (
    invitation_id text primary key,
    team_id       text not null,
    nonce         blob not null check (length(nonce) = 16),
    tries         integer not null default 0 check (tries >= 0),
    -- How many were mailed within the hour that began then.
    hour          text not null,
    mailed        integer not null check (mailed >= 1),
    created_at    text not null,
    expires_at    text not null,
    foreign key (team_id, invitation_id) references invitations (team_id, id)
) strict;
create index invitation_codes_by_age on invitation_codes (expires_at);

-- Since when a member was invited: by the invitation that they accepted.
create index invitations_by_accepter on invitations (team_id, accepted_by, created_at) where accepted_by is not null;
