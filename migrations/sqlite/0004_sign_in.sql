-- Signing in on the web and linking a Discord user. Twin of ../postgres/0004_sign_in.sql.

create table sessions (
    id_hash      blob primary key check (length(id_hash) = 32),
    account_id   text not null references accounts (id) on delete cascade,
    user_agent   text not null,
    created_at   text not null,
    last_seen_at text not null,
    expires_at   text not null
) strict;
create index sessions_by_account on sessions (account_id);

create table sign_in_attempts (
    id        text primary key,
    email_key text not null,
    at        text not null
) strict;
create index sign_in_attempts_by_address on sign_in_attempts (email_key, at);

-- One attempt to link a Discord user: started by `/link` or on a page, carried through OAuth2, ended by a confirmation.
create table link_attempts (
    nonce_hash     blob primary key check (length(nonce_hash) = 32),
    -- Who ran `/link`; null when it was started on a page.
    started_by     integer,
    started_name   text,
    -- The browser that goes through OAuth2, and what it has to bring back.
    session_hash   blob,
    state_hash     blob unique,
    -- What Discord answered.
    found_user_id  integer,
    found_username text,
    found_avatar   text,
    created_at     text not null,
    expires_at     text not null,
    used_at        text
) strict;
create index link_attempts_by_age on link_attempts (expires_at);
