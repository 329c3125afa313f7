-- How many payouts `payouts` would list in all, and their sum; $1 state, $2 insurer, $3 county, $4 text, $5 mode
SELECT count(*) AS number, coalesce(sum(p.amount_fen), 0)::bigint AS amount_fen
FROM payout p
WHERE ($1::text IS NULL OR p.state = $1) AND ($2::bigint IS NULL OR p.insurer_id = $2) AND ($3::text IS NULL OR p.county_code = $3)
  AND ($4::text IS NULL OR p.number = $4 OR p.token = $4 OR strpos(p.payee_name, $4) > 0 OR strpos(p.memo, $4) > 0)
  AND ($5::text IS NULL OR p.mode = $5)
