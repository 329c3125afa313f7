-- Claims by state as they stand now: all, those with a term that has passed, those with one that ends today.
-- $1 county or null, $2 town or null, $3 insurer or null, $4 now, $5 the end of today
SELECT c.state, count(*) AS number, count(*) FILTER (WHERE c.due_at < $4) AS late,
       count(*) FILTER (WHERE c.due_at >= $4 AND c.due_at < $5) AS today
FROM claim c
WHERE ($1::text IS NULL OR c.county_code = $1) AND ($2::text IS NULL OR c.town_code = $2) AND ($3::bigint IS NULL OR c.insurer_id = $3)
GROUP BY c.state
