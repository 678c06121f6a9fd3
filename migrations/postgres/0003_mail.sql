-- Mails and their delivery: the truth about what was sent. Twin of ../sqlite/0003_mail.sql.

create table emails (
    id              text collate "C" primary key,
    team_id         text collate "C" references teams (id),
    kind            text not null,
    to_address      text not null,
    to_key          text collate "C" not null,
    locale          text not null,
    invitation_id   text collate "C",
    generation      bigint not null,
    status          text not null check (status in ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts        bigint not null default 0,
    next_attempt_at timestamptz not null,
    last_code       bigint,
    last_text       text,
    message_id      text not null unique,
    created_at      timestamptz not null,
    sent_at         timestamptz,
    foreign key (team_id, invitation_id) references invitations (team_id, id),
    check (kind <> 'invitation' or (team_id is not null and invitation_id is not null)),
    check ((status = 'sent') = (sent_at is not null))
);
-- The hourly limit of a team, the pause between two mails to one address, and what waits.
create index emails_by_team on emails (team_id, created_at);
create index emails_by_address on emails (team_id, to_key, created_at);
create index emails_by_invitation on emails (invitation_id, created_at);
create index emails_due on emails (next_attempt_at) where status in ('queued', 'sending');
