-- Policies of the old insurers that stand on the day before a change, those that end with it first, and what follows each.
-- $1 counties, $2 covers, $3 old insurers, in step, $4 the day
SELECT p.id, p.number, p.county_code, p.cover, p.project_id, j.code AS project_code, j.name AS project_name, t.name AS town,
       lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.sum_insured_fen, p.premium_fen, upper(p.period) = $4 AS ends_with_it,
       f.number AS followed_by, i.name AS followed_insurer
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN policy p ON p.county_code = n.county_code AND p.cover = n.cover AND p.insurer_id = n.insurer_id
JOIN project j ON j.id = p.project_id
JOIN region t ON t.code = p.town_code
LEFT JOIN policy f ON f.renewed_from = p.id AND f.stands
LEFT JOIN insurer i ON i.id = f.insurer_id
WHERE p.stands AND p.period @> ($4::date - 1)
ORDER BY p.county_code, p.cover, upper(p.period), p.id
