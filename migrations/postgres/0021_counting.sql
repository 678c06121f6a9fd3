-- What is counted at each invitation and on each page of a list is counted in an index alone. Twin of
-- ../sqlite/0021_counting.sql.

create index members_counted on members (team_id, status, role);
drop index emails_waiting;
create index emails_waiting on emails (team_id, status) where status in ('queued', 'sending');
-- The mails of a team's last hour, by kind.
drop index emails_by_team;
create index emails_by_team on emails (team_id, kind, created_at);
