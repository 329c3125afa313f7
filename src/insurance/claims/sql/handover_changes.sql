-- The days on which one insurer follows another, newest first. $1 county of the reader or null, $2 insurer that must be one of the two or null
SELECT lower(n.period) AS on_day, n.county_code, r.name AS county, n.cover, o.insurer_id AS old_id, a.code AS old_code, a.name AS old_name,
       n.insurer_id AS new_id, b.code AS new_code, b.name AS new_name
FROM insurer_rule n
JOIN insurer_rule o ON o.county_code = n.county_code AND o.cover = n.cover AND upper(o.period) = lower(n.period) AND o.insurer_id <> n.insurer_id
JOIN insurer a ON a.id = o.insurer_id
JOIN insurer b ON b.id = n.insurer_id
JOIN region r ON r.code = n.county_code
WHERE ($1::text IS NULL OR n.county_code = $1) AND ($2::bigint IS NULL OR $2 IN (o.insurer_id, n.insurer_id))
ORDER BY lower(n.period) DESC, n.county_code, n.cover
