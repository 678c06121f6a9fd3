-- The servers of a team are looked for by the team: who links a Discord account may be added to one. Twin of
-- ../postgres/0019_servers_of_a_team.sql.

create index guild_teams_by_team on guild_teams (team_id, linked_at);
