-- Which of somebody's uses of teams was the last one. Twin of ../sqlite/0013_uses_in_order.sql.

-- The interaction in which they used it: Discord numbers them in the order in which they begin.
alter table guild_recent_teams add column interaction_id bigint not null default 0;
