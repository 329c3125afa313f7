-- Open claims that stay with the old insurers: losses before the change, whenever they were reported.
-- $1 counties, $2 covers, $3 old insurers, in step, $4 the day, $5 states of claims that are no longer open
SELECT c.id, c.number, c.county_code, c.cover, p.number AS policy_number, j.code AS project_code, j.name AS project_name, d.name AS disaster, c.loss_on,
       c.reported_on, c.state, c.due_at, c.due_clock, coalesce(c.reserve_fen, 0) AS reserve_fen, c.assessed_fen, c.approved_fen, c.paid_fen,
       greatest(coalesce(c.approved_fen, c.assessed_fen, c.reserve_fen, 0) - c.paid_fen, 0) AS outstanding_fen
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN claim c ON c.county_code = n.county_code AND c.cover = n.cover AND c.insurer_id = n.insurer_id
JOIN policy p ON p.id = c.policy_id
JOIN project j ON j.id = c.project_id
LEFT JOIN disaster d ON d.id = c.disaster_id
WHERE c.loss_on < $4 AND c.state <> ALL ($5::text[])
ORDER BY c.county_code, c.cover, coalesce(c.due_at, 'infinity'), c.id
