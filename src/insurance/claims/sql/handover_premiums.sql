-- The old insurers' policies that began before a change: what of their premium is open is the payers' and the old insurers' business.
-- $1 counties, $2 covers, $3 old insurers, in step, $4 the day
SELECT p.id, p.premium_fen
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN policy p ON p.county_code = n.county_code AND p.cover = n.cover AND p.insurer_id = n.insurer_id
WHERE lower(p.period) < $4
