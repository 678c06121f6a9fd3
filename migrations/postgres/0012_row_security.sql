-- Row-level security: once a transaction has entered a team, no row of another is there. Twin of
-- ../sqlite/0012_row_security.sql.

-- The role of whoever has entered a team: it owns nothing and bypasses nothing. Roles belong to the server, so another
-- database may have made it.
do $$
begin
    create role muster_team nologin;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        if not exists (select 1 from pg_roles where rolname = 'muster_team') then
            raise exception 'Muster needs the role muster_team: ask an administrator of this server for `create role muster_team nologin; grant muster_team to %`', current_user;
        end if;
end $$;
do $$
begin
    if not pg_has_role(current_user, 'muster_team', 'member') then
        execute format('grant muster_team to %I', current_user);
    end if;
    execute format('grant usage on schema %I to muster_team', current_schema());
    execute format('grant select, insert, update, delete on all tables in schema %I to muster_team', current_schema());
    -- Tables of later migrations.
    execute format(
        'alter default privileges in schema %I grant select, insert, update, delete on tables to muster_team', current_schema());
end $$;
-- What happened stays as it was written.
revoke update, delete on activity from muster_team;

-- Whether rows of a team are there: `*` means every team, which jobs and what has not entered one say at their beginning.
-- Nothing said means none: so does a connection that somebody else has used.
create function sees_team(team text) returns boolean language sql stable as $$
    select team is null or team = current_setting('muster.team', true) or current_setting('muster.team', true) = '*'
$$;

create function secure_teams() returns void language plpgsql as $$
declare
    secured record;
begin
    for secured in
        select c.relname as name, case c.relname when 'teams' then 'id' else 'team_id' end as team
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and not a.attisdropped
          and (a.attname = 'team_id' or (c.relname = 'teams' and a.attname = 'id'))
          and not c.relrowsecurity
          -- Whose rows are a person's, and name the team that they used last, whichever it is now.
          and c.relname <> 'guild_recent_teams'
    loop
        execute format('alter table %I enable row level security', secured.name);
        execute format('alter table %I force row level security', secured.name);
        execute format('create policy one_team on %I using (sees_team(%I))', secured.name, secured.team);
    end loop;
end $$;
select secure_teams();
