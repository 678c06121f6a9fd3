-- SQLite has no row-level security: there, composite keys and queries that name their team keep teams apart. Twin of
-- ../postgres/0012_row_security.sql.
select 1;
