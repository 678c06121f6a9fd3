-- Where teams have their log sent, and what became of each message. Twin of ../sqlite/0017_webhooks.sql.

create table webhooks (
    id            text collate "C" primary key,
    team_id       text collate "C" not null references teams (id),
    url           text not null check (length(url) between 1 and 2000),
    -- What people call it; may be empty.
    description   text not null check (length(description) <= 200),
    -- The kinds of entries that are sent; null for all there are.
    kinds         jsonb,
    -- The secret that messages are signed with, and the one before while it still signs too; both encrypted.
    secret        bytea not null,
    old_secret    bytea,
    old_until     timestamptz,
    created_by    text collate "C" not null references accounts (id),
    created_at    timestamptz not null,
    -- The last entry that was looked at.
    seen_seq      bigint not null check (seen_seq >= 0),
    -- Since when every try has failed; null after one that did not.
    failing_since timestamptz,
    -- Since when nothing is sent, and why.
    off_at        timestamptz,
    off_why       text check (off_why in ('person', 'gone', 'failing')),
    unique (team_id, id),
    check ((old_secret is null) = (old_until is null)),
    check ((off_at is null) = (off_why is null))
);

-- One message to one webhook; its id stays the same however often it is sent.
create table webhook_deliveries (
    id              text collate "C" primary key,
    team_id         text collate "C" not null,
    webhook_id      text collate "C" not null,
    -- The entry that it tells about; null for a test.
    seq             bigint check (seq >= 1),
    kind            text not null,
    status          text not null check (status in ('waiting', 'delivered', 'failed', 'cancelled')),
    -- How often it was tried, and how often since somebody last asked for it.
    attempts        bigint not null check (attempts >= 0),
    round           bigint not null check (round >= 0),
    created_at      timestamptz not null,
    -- When it is tried next; when it ended, once it has.
    due_at          timestamptz not null,
    unique (team_id, id),
    unique (webhook_id, seq),
    foreign key (team_id, webhook_id) references webhooks (team_id, id) on delete cascade
);
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, created_at, id);
create index webhook_deliveries_due on webhook_deliveries (due_at) where status = 'waiting';
create index webhook_deliveries_by_age on webhook_deliveries (created_at) where status <> 'waiting';

-- What was answered to each try of a message.
create table webhook_tries (
    team_id     text collate "C" not null,
    delivery_id text collate "C" not null,
    number      bigint not null check (number >= 1),
    at          timestamptz not null,
    took_ms     bigint not null check (took_ms >= 0),
    -- The status of the answer, if there was one.
    code        bigint,
    -- The beginning of its body, or why there was none.
    answer      text not null check (length(answer) <= 200),
    primary key (delivery_id, number),
    foreign key (team_id, delivery_id) references webhook_deliveries (team_id, id) on delete cascade
);

-- How many webhooks of the team are on: read with the end of the log, so that an entry asks for no job where nobody waits.
alter table teams add column webhooks bigint not null default 0 check (webhooks >= 0);
create index teams_with_webhooks on teams (id) where webhooks > 0;

select secure_teams();
