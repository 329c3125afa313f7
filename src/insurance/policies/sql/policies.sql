-- Policies of the scope, newest first. $1 cover, $2 insurer, $3 county, $4 town of the reader, $5 towns or counties asked for, $6 states,
-- $7 project, $8 text (LIKE), $9 rows older than this id, $10 how many, $11 ids; null leaves a condition out.
SELECT p.id, p.number, p.cover, p.state, p.project_id, j.code AS project_code, j.name AS project_name, j.village,
       p.county_code, p.town_code, r.name AS town, p.region_path, p.insurer_id, i.code AS insurer_code, i.name AS insurer_name,
       lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.sum_insured_fen, p.guaranteed_fen, p.premium_fen,
       p.terms_version, p.bound_on, p.version, p.renewed_from
FROM policy p
JOIN insurer i ON i.id = p.insurer_id
JOIN region r ON r.code = p.town_code
LEFT JOIN project j ON j.id = p.project_id
WHERE ($1::text IS NULL OR p.cover = $1)
  AND ($2::bigint IS NULL OR p.insurer_id = $2)
  AND ($3::text IS NULL OR p.county_code = $3)
  AND ($4::text IS NULL OR p.town_code = $4)
  AND ($5::text[] IS NULL OR p.town_code = ANY ($5) OR p.county_code = ANY ($5))
  AND ($6::text[] IS NULL OR p.state = ANY ($6))
  AND ($7::bigint IS NULL OR p.project_id = $7)
  AND ($8::text IS NULL OR p.number ILIKE $8 OR j.name ILIKE $8 OR j.code ILIKE $8)
  AND ($9::bigint IS NULL OR p.id < $9)
  AND ($11::bigint[] IS NULL OR p.id = ANY ($11))
ORDER BY p.id DESC
LIMIT $10
