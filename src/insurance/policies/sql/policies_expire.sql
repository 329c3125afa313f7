-- End the policies whose last day is past. $1 the day; answers each with the state it had.
-- Materialized: on a table whose statistics are stale the planner would look for what is due once for every policy.
WITH due AS MATERIALIZED (
    SELECT o.id, o.state FROM policy o WHERE o.state IN ('IN_FORCE', 'ENDORSED') AND upper(o.period) <= $1::date
    ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE policy p SET state = 'EXPIRED', version = p.version + 1
FROM due
WHERE p.id = due.id
RETURNING p.id, p.number, due.state AS was
