-- The newest audit rows, with the name beside each actor; $1 subject or null, $2 rows older than this id, $3 how many.
SELECT a.id, a.recorded_at, a.business_at, (SELECT n.display_name FROM user_names(ARRAY[a.actor_id]) n) AS actor,
       a.role, a.verb, a.subject, a.facts, a.request_id
FROM audit_event a
WHERE ($1::text IS NULL OR a.subject = $1) AND ($2::bigint IS NULL OR a.id < $2)
ORDER BY a.id DESC
LIMIT $3
