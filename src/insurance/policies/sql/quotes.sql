-- Quotes of the scope, newest first. $1 ids or null, $2 project, $3 rows older than this id, $4 how many, $5 county, $6 town, $7 insurer
SELECT q.id, q.project_id, j.code AS project_code, j.name AS project_name, q.region_path, q.insurer_id, i.code AS insurer_code,
       i.name AS insurer_name, q.cover, lower(q.period) AS starts_on, upper(q.period) AS ends_before, q.terms_version, q.terms_checksum,
       q.body, q.made_at
FROM quote q
JOIN insurer i ON i.id = q.insurer_id
LEFT JOIN project j ON j.id = q.project_id
WHERE ($1::bigint[] IS NULL OR q.id = ANY ($1))
  AND ($2::bigint IS NULL OR q.project_id = $2)
  AND ($3::bigint IS NULL OR q.id < $3)
  AND ($5::text IS NULL OR split_part(q.region_path, '/', 2) = $5)
  AND ($6::text IS NULL OR split_part(q.region_path, '/', 3) = $6)
  AND ($7::bigint IS NULL OR q.insurer_id = $7)
ORDER BY q.id DESC
LIMIT $4
