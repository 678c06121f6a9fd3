-- Reports about the host product read its days alone, and not those of the log among them. Twin of
-- ../sqlite/0022_host_days.sql.

create index activity_days_of_host on activity_days (team_id, day, kind, actor_id, times) where host;
