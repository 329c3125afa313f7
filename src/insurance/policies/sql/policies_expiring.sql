-- Policies whose last day lies within some days and that nobody renewed yet, the first to end first; not one whose cover was ended early.
-- $1 first day, $2 last day, $3 cover, $4 county, $5 town of the reader, $6 towns or counties asked for, $7 insurer; null leaves a condition
-- out, $8 how many
SELECT p.id
FROM policy p
WHERE p.stands AND p.state <> 'CANCELLED' AND upper(p.period) > $1::date AND upper(p.period) <= $2::date + 1 AND upper(p.period) = p.sold_before
  AND ($3::text IS NULL OR p.cover = $3)
  AND ($4::text IS NULL OR p.county_code = $4)
  AND ($5::text IS NULL OR p.town_code = $5)
  AND ($6::text[] IS NULL OR p.town_code = ANY ($6) OR p.county_code = ANY ($6))
  AND ($7::bigint IS NULL OR p.insurer_id = $7)
  AND NOT EXISTS (SELECT FROM policy r WHERE r.renewed_from = p.id AND r.stands)
ORDER BY upper(p.period), p.id
LIMIT $8
