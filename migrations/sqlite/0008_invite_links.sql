-- Invite links, who joined by which, and who has asked to sign up by one. Twin of ../postgres/0008_invite_links.sql.

create table invite_links (
    id          text primary key,
    team_id     text not null references teams (id),
    role        text not null,
    nonce       blob not null check (length(nonce) = 16),
    token_hash  blob not null unique check (length(token_hash) = 32),
    created_by  text not null references accounts (id),
    created_at  text not null,
    -- Null for one that lasts until it is disabled.
    expires_at  text,
    -- Null for as many as may come.
    max_uses    integer check (max_uses >= 1),
    uses        integer not null default 0 check (uses >= 0),
    -- The domains that addresses may be of; empty for any.
    domains     text not null check (json_valid(domains)),
    disabled_at text,
    unique (team_id, id),
    check (uses <= max_uses)
) strict;
create index invite_links_by_age on invite_links (team_id, created_at, id);

-- Each use has a number of its own, so a link is never used more often than its counter says.
create table invite_link_uses (
    link_id    text not null,
    number     integer not null check (number >= 1),
    team_id    text not null,
    account_id text not null,
    at         text not null,
    primary key (link_id, number),
    foreign key (team_id, link_id) references invite_links (team_id, id),
    foreign key (team_id, account_id) references members (team_id, account_id)
) strict;
create index invite_link_uses_by_member on invite_link_uses (team_id, account_id);

-- Who has typed an address on the page of a link: until the mail that goes there has come back, nothing is proved.
create table invite_link_sign_ups (
    id         text primary key,
    team_id    text not null,
    link_id    text not null,
    email      text not null,
    email_key  text not null,
    nonce      blob not null check (length(nonce) = 16),
    token_hash blob not null unique check (length(token_hash) = 32),
    created_at text not null,
    expires_at text not null,
    used_at    text,
    foreign key (team_id, link_id) references invite_links (team_id, id)
) strict;
-- The hourly limit of a link, the pause between two mails to one address, and what is too old.
create index invite_link_sign_ups_by_link on invite_link_sign_ups (team_id, link_id, created_at);
create index invite_link_sign_ups_by_address on invite_link_sign_ups (email_key, created_at);
create index invite_link_sign_ups_by_age on invite_link_sign_ups (expires_at);
