-- How policies and payers stand on a day, the oldest due first. $1 day, $2 payer, $3 county, $4 insurer, $5 insured party, $6 null (`premium_positions_of` has policies),
-- $7 town, $8 number or project (LIKE), $9 how: 'open' owed by the payer, 'credit' to go back to it, 'held' by the programme, 'refund' owed by
-- the insurer; null leaves a condition out. $10, $11, $12 after this row (first day, policy, payer), $13 how many
SELECT s.*, p.number, p.cover, p.county_code, p.town_code, p.project_id, j.code AS project_code, coalesce(j.name, '') AS project_name,
       i.code AS insurer_code, i.name AS insurer_name, p.insured_party_id, coalesce(o.name, '') AS insured_name
FROM premium_aged($1) s
JOIN policy p ON p.id = s.policy_id
JOIN insurer i ON i.id = s.insurer_id
LEFT JOIN project j ON j.id = p.project_id
LEFT JOIN party o ON o.id = p.insured_party_id
WHERE ($2::text IS NULL OR s.payer = $2) AND ($3::text IS NULL OR p.county_code = $3) AND ($4::bigint IS NULL OR s.insurer_id = $4)
  AND ($5::bigint IS NULL OR p.insured_party_id = $5) AND $6::bigint[] IS NULL AND ($7::text IS NULL OR p.town_code = $7)
  AND ($8::text IS NULL OR p.number ILIKE $8 OR j.name ILIKE $8 OR j.code ILIKE $8)
  AND CASE $9::text WHEN 'open' THEN s.open_fen > 0 WHEN 'credit' THEN s.open_fen < 0 WHEN 'held' THEN s.held_fen > 0
                    WHEN 'refund' THEN s.owed_fen < 0 ELSE true END
  AND ($11::bigint IS NULL OR (coalesce(s.due_on, s.first_on, '9999-01-01'), s.policy_id, s.payer) > ($10::date, $11, $12))
ORDER BY coalesce(s.due_on, s.first_on, '9999-01-01'), s.policy_id, s.payer
LIMIT $13
