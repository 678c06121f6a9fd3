-- People, teams, members and invitations. Twin of ../postgres/0001_membership.sql.

create table accounts (
    id                text primary key,
    display_name      text not null check (length(display_name) between 1 and 64),
    -- The name in lower case, by the rules of Unicode: what people are looked up by.
    name_key          text not null,
    email             text,
    email_key         text unique,
    email_verified_at text,
    password_hash     text,
    created_at        text not null,
    check ((email is null) = (email_key is null)),
    check ((email is null) = (email_verified_at is null))
) strict;

create table discord_links (
    discord_user_id integer primary key,
    account_id      text not null unique references accounts (id) on delete cascade,
    username        text not null,
    linked_at       text not null
) strict;

create table teams (
    id            text primary key,
    name          text not null check (length(name) between 1 and 64),
    preset        text not null,
    policy        text not null check (json_valid(policy)),
    -- How many active members hold the top role. Null only while the founding transaction runs;
    -- kept by the triggers below, so that no statement whatever can leave a team without one.
    owner_count   integer check (owner_count >= 1),
    max_owners    integer check (max_owners >= 1),
    activity_seq  integer not null default 0,
    activity_head blob,
    created_by    text not null references accounts (id),
    created_at    text not null,
    check (max_owners is null or owner_count is null or owner_count <= max_owners)
) strict;

create table members (
    id             text primary key,
    team_id        text not null references teams (id),
    account_id     text not null references accounts (id),
    role           text not null,
    -- Whether `role` is the policy's top role: what the owner counter counts.
    top            integer not null check (top in (0, 1)),
    status         text not null check (status in ('active', 'deactivated', 'removed', 'left')),
    invited_by     text references accounts (id),
    joined_at      text not null,
    last_active_at text not null,
    unique (team_id, account_id),
    unique (team_id, id)
) strict;
create index members_by_account on members (account_id, team_id);
create index members_by_joining on members (team_id, joined_at, id);

create trigger members_count_new_owner after insert on members
    when new.top and new.status = 'active'
begin
    update teams set owner_count = coalesce(owner_count, 0) + 1 where id = new.team_id;
end;
create trigger members_count_changed_owner after update on members
    when (new.top and new.status = 'active') <> (old.top and old.status = 'active')
begin
    update teams set owner_count = owner_count + iif(new.top and new.status = 'active', 1, -1) where id = new.team_id;
end;
create trigger members_count_deleted_owner after delete on members
    when old.top and old.status = 'active'
begin
    update teams set owner_count = owner_count - 1 where id = old.team_id;
end;

create table invitations (
    id           text primary key,
    team_id      text not null references teams (id),
    email        text not null,
    email_key    text not null,
    role         text not null,
    status       text not null check (status in ('pending', 'accepted', 'expired', 'revoked', 'replaced', 'declined')),
    -- Counts the lives of the link: reviving starts a new one, and older links are dead.
    generation   integer not null check (generation >= 1),
    nonce        blob not null check (length(nonce) = 16),
    details      text not null check (json_valid(details)),
    note         text,
    invited_by   text not null references accounts (id),
    created_at   text not null,
    last_sent_at text not null,
    expires_at   text not null,
    closed_at    text,
    accepted_by  text,
    unique (team_id, id),
    foreign key (team_id, accepted_by) references members (team_id, account_id),
    check ((status = 'pending') = (closed_at is null)),
    check ((status = 'accepted') = (accepted_by is not null))
) strict;
create unique index invitations_one_pending on invitations (team_id, email_key) where status = 'pending';
create index invitations_by_age on invitations (team_id, created_at, id);
create index invitations_due on invitations (expires_at, team_id) where status = 'pending';

create table invitation_tokens (
    token_hash    blob primary key check (length(token_hash) = 32),
    team_id       text not null,
    invitation_id text not null,
    generation    integer not null,
    purpose       text not null check (purpose in ('mail', 'api')),
    foreign key (team_id, invitation_id) references invitations (team_id, id)
) strict;
create index invitation_tokens_by_invitation on invitation_tokens (invitation_id);
