-- Mails and their delivery: the truth about what was sent. Twin of ../postgres/0003_mail.sql.

create table emails (
    id              text primary key,
    team_id         text references teams (id),
    kind            text not null,
    to_address      text not null,
    to_key          text not null,
    locale          text not null,
    invitation_id   text,
    generation      integer not null,
    status          text not null check (status in ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts        integer not null default 0,
    next_attempt_at text not null,
    last_code       integer,
    last_text       text,
    message_id      text not null unique,
    created_at      text not null,
    sent_at         text,
    foreign key (team_id, invitation_id) references invitations (team_id, id),
    check (kind <> 'invitation' or (team_id is not null and invitation_id is not null)),
    check ((status = 'sent') = (sent_at is not null))
) strict;
-- The hourly limit of a team, the pause between two mails to one address, and what waits.
create index emails_by_team on emails (team_id, created_at);
create index emails_by_address on emails (team_id, to_key, created_at);
create index emails_by_invitation on emails (invitation_id, created_at);
create index emails_due on emails (next_attempt_at) where status in ('queued', 'sending');
