-- How many claims press: late, today, soon, waiting for papers, all. $1 states, $2 insurer, $3 county, $4 town of the reader or null,
-- $5 now, $6 the end of today, $7 the end of what counts as soon
SELECT count(*) FILTER (WHERE c.due_at < $5) AS late,
       count(*) FILTER (WHERE c.due_at >= $5 AND c.due_at < $6) AS today,
       count(*) FILTER (WHERE c.due_at >= $6 AND c.due_at < $7) AS soon,
       count(*) FILTER (WHERE c.state = 'SUPPLEMENT') AS waiting,
       count(*) AS whole
FROM claim c
WHERE c.state = ANY ($1::text[]) AND ($2::bigint IS NULL OR c.insurer_id = $2) AND ($3::text IS NULL OR c.county_code = $3)
  AND ($4::text IS NULL OR c.town_code = $4)
