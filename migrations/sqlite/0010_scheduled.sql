-- Invitations that wait for their hour. Twin of ../postgres/0010_scheduled.sql.

create table scheduled_invitations (
    id            text primary key,
    team_id       text not null references teams (id),
    -- Those that came in one file have one.
    batch         text not null,
    line          integer not null check (line >= 1),
    email         text not null,
    email_key     text not null,
    role          text not null,
    details       text not null check (json_valid(details)),
    note          text,
    invited_by    text not null references accounts (id),
    created_at    text not null,
    status        text not null check (status in ('scheduled', 'sent', 'refused', 'cancelled')),
    reason        text,
    invitation_id text,
    settled_at    text,
    foreign key (team_id, invitation_id) references invitations (team_id, id),
    check ((status = 'scheduled') = (settled_at is null)),
    check ((status = 'sent') = (invitation_id is not null)),
    check ((status = 'refused') = (reason is not null))
) strict;
create unique index scheduled_once on scheduled_invitations (team_id, email_key) where status = 'scheduled';
-- In their turn; ids sort by creation.
create index scheduled_in_turn on scheduled_invitations (team_id, id) where status = 'scheduled';
create index scheduled_by_end on scheduled_invitations (team_id, status, settled_at, id) where status <> 'scheduled';
create index scheduled_by_age on scheduled_invitations (settled_at) where settled_at is not null;
create index scheduled_by_batch on scheduled_invitations (batch, status, reason);
create index scheduled_by_invitation on scheduled_invitations (invitation_id) where invitation_id is not null;
