-- The claims of a disaster by county and cover. $1 disaster, $2 insurer, $3 county, $4 town of the reader or null
SELECT c.county_code, c.cover, count(*) AS reported, sum(c.reported_fen)::bigint AS reported_fen,
       count(*) FILTER (WHERE c.assessed_fen IS NOT NULL) AS assessed, coalesce(sum(c.assessed_fen), 0)::bigint AS assessed_fen,
       count(*) FILTER (WHERE c.state IN ('APPROVED', 'AGREED', 'PAYING', 'PAID', 'REJECTED', 'ZERO', 'CLOSED')) AS decided,
       sum(c.paid_fen)::bigint AS paid_fen
FROM claim c
WHERE c.disaster_id = $1 AND ($2::bigint IS NULL OR c.insurer_id = $2) AND ($3::text IS NULL OR c.county_code = $3)
  AND ($4::text IS NULL OR c.town_code = $4)
GROUP BY c.county_code, c.cover
ORDER BY c.county_code, c.cover
