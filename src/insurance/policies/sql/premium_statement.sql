-- A payer's account over a period, policy by policy: how it stood the day before and at the end. $1 day before, $2 last day, $3 payer, $4 county,
-- $5 insurer, $6 insured party; null leaves a condition out
SELECT e.policy_id, p.number, p.project_id, coalesce(j.name, '') AS project_name, p.county_code, i.name AS insurer_name,
       coalesce(b.open_fen, 0) AS opening_fen, e.due_fen - coalesce(b.due_fen, 0) AS due_fen,
       e.refunded_fen - coalesce(b.refunded_fen, 0) AS refunded_fen, e.received_fen - coalesce(b.received_fen, 0) AS received_fen,
       e.paid_back_fen - coalesce(b.paid_back_fen, 0) AS paid_back_fen, e.open_fen AS closing_fen
FROM premium_standing($2) e
LEFT JOIN premium_standing($1) b ON b.policy_id = e.policy_id AND b.payer = e.payer
JOIN policy p ON p.id = e.policy_id
JOIN insurer i ON i.id = e.insurer_id
LEFT JOIN project j ON j.id = p.project_id
WHERE e.payer = $3 AND ($4::text IS NULL OR p.county_code = $4) AND ($5::bigint IS NULL OR e.insurer_id = $5)
  AND ($6::bigint IS NULL OR p.insured_party_id = $6)
  AND (e.open_fen <> 0 OR (e.due_fen, e.refunded_fen, e.received_fen, e.paid_back_fen)
       IS DISTINCT FROM (b.due_fen, b.refunded_fen, b.received_fen, b.paid_back_fen))
ORDER BY p.county_code, p.number
