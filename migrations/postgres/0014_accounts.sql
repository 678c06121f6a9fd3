-- Proving an address, choosing a password by mail, signing in by Discord, limits. Twin of ../sqlite/0014_accounts.sql.

-- A secret that was mailed to an address: whoever has it reads that mailbox.
create table address_proofs (
    id         text collate "C" primary key,
    purpose    text not null check (purpose in ('reset', 'verify')),
    -- Whose password it is for, or who asks for the address; null when nobody had the address.
    account_id text collate "C" references accounts (id) on delete cascade,
    email      text not null,
    email_key  text collate "C" not null,
    nonce      bytea not null check (length(nonce) = 16),
    token_hash bytea not null unique check (length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    check (purpose = 'reset' or account_id is not null)
);
create index address_proofs_by_account on address_proofs (account_id) where account_id is not null;
create index address_proofs_by_address on address_proofs (email_key);
create index address_proofs_by_age on address_proofs (expires_at);

-- How often something was tried. Who tried is a keyed hash of an address or of where they are.
create table tries (
    id   text collate "C" primary key,
    name text not null,
    who  bytea not null check (length(who) = 32),
    at   timestamptz not null
);
create index tries_by_who on tries (name, who, at);
create index tries_by_age on tries (at);
drop table sign_in_attempts;

-- Browsers that went to Discord to sign in.
create table discord_sign_ins (
    state_hash   bytea primary key check (length(state_hash) = 32),
    -- The browser that has to bring the state back.
    browser_hash bytea not null check (length(browser_hash) = 32),
    expires_at   timestamptz not null
);
create index discord_sign_ins_by_age on discord_sign_ins (expires_at);

-- The secret that the browser had before: forms of pages from just before are still its own.
alter table sessions add column previous_hash bytea check (length(previous_hash) = 32);
