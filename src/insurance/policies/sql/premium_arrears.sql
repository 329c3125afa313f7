-- What each payer owes, by county and insurer, with its age. $1 day, $2 payer, $3 county, $4 insurer; null leaves a condition out
SELECT s.payer, p.county_code, c.name AS county, s.insurer_id, i.code AS insurer_code, i.name AS insurer_name, count(*) AS policies,
       count(*) FILTER (WHERE s.open_fen > 0) AS open_policies, sum(s.due_fen)::bigint AS due_fen, sum(s.refunded_fen)::bigint AS refunded_fen,
       sum(s.received_fen)::bigint AS received_fen, sum(s.paid_back_fen)::bigint AS paid_back_fen, sum(s.open_fen)::bigint AS open_fen,
       sum(greatest(s.open_fen, 0))::bigint AS arrears_fen, sum(greatest(-s.open_fen, 0))::bigint AS credit_fen,
       sum(s.owed_fen)::bigint AS owed_fen, sum(s.held_fen)::bigint AS held_fen, min(s.due_on) AS due_on,
       sum(s.days30_fen)::bigint AS days30_fen, sum(s.days60_fen)::bigint AS days60_fen, sum(s.days90_fen)::bigint AS days90_fen,
       sum(s.older_fen)::bigint AS older_fen
FROM premium_aged($1) s
JOIN policy p ON p.id = s.policy_id
JOIN region c ON c.code = p.county_code
JOIN insurer i ON i.id = s.insurer_id
WHERE ($2::text IS NULL OR s.payer = $2) AND ($3::text IS NULL OR p.county_code = $3) AND ($4::bigint IS NULL OR s.insurer_id = $4)
GROUP BY s.payer, p.county_code, c.name, s.insurer_id, i.code, i.name
ORDER BY array_position(ARRAY['CENTRAL', 'PROVINCE', 'CITY', 'COUNTY', 'INSURED'], s.payer), p.county_code, s.insurer_id
