-- How many policies a list has, and their sums. $1 cover, $2 insurer, $3 county, $4 town of the reader, $5 towns or counties asked for,
-- $6 states, $7 text (LIKE), $8 ids; null leaves a condition out.
SELECT count(*) AS number, coalesce(sum(p.sum_insured_fen), 0)::bigint AS sum_insured_fen, coalesce(sum(p.premium_fen), 0)::bigint AS premium_fen
FROM policy p
LEFT JOIN project j ON j.id = p.project_id
WHERE ($1::text IS NULL OR p.cover = $1)
  AND ($2::bigint IS NULL OR p.insurer_id = $2)
  AND ($3::text IS NULL OR p.county_code = $3)
  AND ($4::text IS NULL OR p.town_code = $4)
  AND ($5::text[] IS NULL OR p.town_code = ANY ($5) OR p.county_code = ANY ($5))
  AND ($6::text[] IS NULL OR p.state = ANY ($6))
  AND ($7::text IS NULL OR p.number ILIKE $7 OR j.name ILIKE $7 OR j.code ILIKE $7)
  AND ($8::bigint[] IS NULL OR p.id = ANY ($8))
