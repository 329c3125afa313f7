-- Payouts of the scope, newest first; $1 state, $2 insurer, $3 county, $4 number or token, or text in payee or memo, $5 older than id,
-- $6 how many, $7 one id, $8 mode
SELECT p.*, o.display_name AS ordered_name, r.display_name AS released_name
FROM payout p
LEFT JOIN LATERAL user_names(ARRAY[p.ordered_by]) o ON true
LEFT JOIN LATERAL user_names(ARRAY[p.released_by]) r ON true
WHERE ($1::text IS NULL OR p.state = $1) AND ($2::bigint IS NULL OR p.insurer_id = $2) AND ($3::text IS NULL OR p.county_code = $3)
  AND ($4::text IS NULL OR p.number = $4 OR p.token = $4 OR strpos(p.payee_name, $4) > 0 OR strpos(p.memo, $4) > 0)
  AND ($5::bigint IS NULL OR p.id < $5) AND ($7::bigint IS NULL OR p.id = $7) AND ($8::text IS NULL OR p.mode = $8)
ORDER BY p.id DESC
LIMIT $6
