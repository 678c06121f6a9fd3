-- Mails beside invitations, addresses that want none, reminders, languages. Twin of ../sqlite/0006_mail_kinds.sql.

alter table teams add column locale text not null default 'en-US';
alter table accounts add column locale text not null default 'en-US';

-- Whose own affairs a mail is about.
alter table emails add column account_id text collate "C" references accounts (id) on delete set null;
-- What a mail says beside what can be read when it is sent.
alter table emails add column details jsonb not null default '{}';
-- What a mail is about, where one mail about it is enough.
alter table emails add column about text collate "C";
create unique index emails_once on emails (kind, about) where about is not null;
create index emails_by_account on emails (account_id, created_at) where account_id is not null;
-- How many mails of a team wait: the more, the later the turn of its next one.
create index emails_waiting on emails (team_id) where status in ('queued', 'sending');

alter table invitations add column reminded_at timestamptz;

-- Addresses that want no invitation from anybody here, by the SHA-256 of their key.
create table suppressions (
    address_hash bytea primary key check (length(address_hash) = 32),
    created_at   timestamptz not null
);

-- The browsers that somebody has signed in with, by their kind: a password used on another is told to its owner.
create table known_browsers (
    account_id   text collate "C" not null references accounts (id) on delete cascade,
    browser      text not null,
    last_seen_at timestamptz not null,
    primary key (account_id, browser)
);
create index known_browsers_by_age on known_browsers (last_seen_at);
