-- People, teams, members and invitations. Twin of ../sqlite/0001_membership.sql.

create table accounts (
    id                text collate "C" primary key,
    display_name      text not null check (length(display_name) between 1 and 64),
    -- The name in lower case, by the rules of Unicode: what people are looked up by.
    name_key          text collate "C" not null,
    email             text,
    email_key         text collate "C" unique,
    email_verified_at timestamptz,
    password_hash     text,
    created_at        timestamptz not null,
    check ((email is null) = (email_key is null)),
    check ((email is null) = (email_verified_at is null))
);

create table discord_links (
    discord_user_id bigint primary key,
    account_id      text collate "C" not null unique references accounts (id) on delete cascade,
    username        text not null,
    linked_at       timestamptz not null
);

create table teams (
    id            text collate "C" primary key,
    name          text not null check (length(name) between 1 and 64),
    preset        text not null,
    policy        jsonb not null,
    -- How many active members hold the top role. Null only while the founding transaction runs;
    -- kept by the triggers below, so that no statement whatever can leave a team without one.
    owner_count   bigint check (owner_count >= 1),
    max_owners    bigint check (max_owners >= 1),
    activity_seq  bigint not null default 0,
    activity_head bytea,
    created_by    text collate "C" not null references accounts (id),
    created_at    timestamptz not null,
    check (max_owners is null or owner_count is null or owner_count <= max_owners)
);

create table members (
    id             text collate "C" primary key,
    team_id        text collate "C" not null references teams (id),
    account_id     text collate "C" not null references accounts (id),
    role           text not null,
    -- Whether `role` is the policy's top role: what the owner counter counts.
    top            boolean not null,
    status         text not null check (status in ('active', 'deactivated', 'removed', 'left')),
    invited_by     text collate "C" references accounts (id),
    joined_at      timestamptz not null,
    last_active_at timestamptz not null,
    unique (team_id, account_id),
    unique (team_id, id)
);
create index members_by_account on members (account_id, team_id);
create index members_by_joining on members (team_id, joined_at, id);

create function members_count_owners() returns trigger language plpgsql as $$
declare
    before bigint := 0;
    after  bigint := 0;
begin
    if tg_op <> 'INSERT' and old.top and old.status = 'active' then before := 1; end if;
    if tg_op <> 'DELETE' and new.top and new.status = 'active' then after := 1; end if;
    if before <> after then
        update teams set owner_count = coalesce(owner_count, 0) + after - before
        where id = coalesce(new.team_id, old.team_id);
    end if;
    return null;
end $$;
create trigger members_count_owners after insert or update or delete on members
    for each row execute function members_count_owners();

create table invitations (
    id           text collate "C" primary key,
    team_id      text collate "C" not null references teams (id),
    email        text not null,
    email_key    text collate "C" not null,
    role         text not null,
    status       text not null check (status in ('pending', 'accepted', 'expired', 'revoked', 'replaced', 'declined')),
    -- Counts the lives of the link: reviving starts a new one, and older links are dead.
    generation   bigint not null check (generation >= 1),
    nonce        bytea not null check (length(nonce) = 16),
    details      jsonb not null,
    note         text,
    invited_by   text collate "C" not null references accounts (id),
    created_at   timestamptz not null,
    last_sent_at timestamptz not null,
    expires_at   timestamptz not null,
    closed_at    timestamptz,
    accepted_by  text collate "C",
    unique (team_id, id),
    foreign key (team_id, accepted_by) references members (team_id, account_id),
    check ((status = 'pending') = (closed_at is null)),
    check ((status = 'accepted') = (accepted_by is not null))
);
create unique index invitations_one_pending on invitations (team_id, email_key) where status = 'pending';
create index invitations_by_age on invitations (team_id, created_at, id);
create index invitations_due on invitations (expires_at, team_id) where status = 'pending';

create table invitation_tokens (
    token_hash    bytea primary key check (length(token_hash) = 32),
    team_id       text collate "C" not null,
    invitation_id text collate "C" not null,
    generation    bigint not null,
    purpose       text not null check (purpose in ('mail', 'api')),
    foreign key (team_id, invitation_id) references invitations (team_id, id)
);
create index invitation_tokens_by_invitation on invitation_tokens (invitation_id);
