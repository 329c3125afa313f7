-- Claims experience of the old insurers, project by project: losses before a change. $1 counties, $2 covers, $3 old insurers, in step, $4 the
-- day, $5 states of claims that are no longer open
SELECT c.county_code, c.cover, j.code AS project_code, j.name AS project_name, count(*) AS claims, count(*) FILTER (WHERE c.state <> ALL ($5::text[])) AS open,
       min(c.loss_on) AS first_on, max(c.loss_on) AS last_on, sum(c.reported_fen)::bigint AS reported_fen, coalesce(sum(c.approved_fen), 0)::bigint AS approved_fen,
       sum(c.paid_fen)::bigint AS paid_fen
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN claim c ON c.county_code = n.county_code AND c.cover = n.cover AND c.insurer_id = n.insurer_id
JOIN project j ON j.id = c.project_id
WHERE c.loss_on < $4 AND c.state <> 'WITHDRAWN'
GROUP BY c.county_code, c.cover, j.code, j.name
ORDER BY c.county_code, c.cover, j.code
