-- Keep quotes, in the order given. $1 projects, $2 region paths, $3 insurers, $4 covers, $5 first days, $6 days after the last,
-- $7 terms versions, $8 checksums, $9 bodies; for all of them $10 made by, $11 made at
INSERT INTO quote (project_id, region_path, insurer_id, cover, period, terms_version, terms_checksum, body, made_by, made_at)
SELECT n.project_id, n.region_path, n.insurer_id, n.cover, daterange(n.starts_on, n.ends_before), n.terms_version, n.terms_checksum,
       n.body::jsonb, $10, $11
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::date[], $6::date[], $7::text[], $8::text[], $9::text[])
     WITH ORDINALITY AS n (project_id, region_path, insurer_id, cover, starts_on, ends_before, terms_version, terms_checksum, body, place)
ORDER BY n.place
RETURNING id, project_id
