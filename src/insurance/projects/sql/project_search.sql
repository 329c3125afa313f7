-- A page of the register; $1 county, $2 town of the reader; $3 towns asked for; $4 text, escaped for LIKE; $5 only these ids,
-- $6 none of these; $7, $8 the key after which the page begins; $9 how many. Order and direction are filled in from a fixed list.
-- What an insurer whose grant has ended is shown of a project is what stood at its end (z).
SELECT p.id, p.code, s.name, p.county_code, p.town_code, t.name AS town, s.village, s.taxonomy, s.asset_kind, s.ownership,
       s.operation, s.situation, p.registered_at, s.version
FROM project p
LEFT JOIN (SELECT f.project_id, f.before FROM frozen_projects() f WHERE (SELECT scope_insurer()) <> '*') z ON z.project_id = p.id
CROSS JOIN LATERAL jsonb_populate_record(p, z.before -> 'project') s
JOIN region t ON t.code = p.town_code
WHERE ($1::text IS NULL OR p.county_code = $1) AND ($2::text IS NULL OR p.town_code = $2)
  AND ($3::text[] IS NULL OR p.town_code = ANY ($3) OR p.county_code = ANY ($3))
  AND ($4::text IS NULL OR p.name ILIKE $4 OR p.code ILIKE $4 OR p.village ILIKE $4)
  AND ($5::bigint[] IS NULL OR p.id = ANY ($5)) AND ($6::bigint[] IS NULL OR p.id <> ALL ($6))
  AND ($8::bigint IS NULL OR (/*order*/, p.id) /*beyond*/ ($7::/*type*/, $8))
ORDER BY /*order*/ /*direction*/, p.id /*direction*/
LIMIT $9
