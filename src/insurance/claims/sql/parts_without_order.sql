-- Money that awaits an order, perhaps: parts whose newest order (if any) is no longer live. $1 one claim or null, $2 how many
SELECT t.id AS part_id, t.kind, t.amount_fen, t.approved_on, o.state AS payout_state, c.id AS claim_id, c.number AS claim_number,
       c.version, c.state, j.name AS project_name, b.holder_name AS payee_name, b.bank_name AS payee_bank, b.account_tail AS payee_tail
FROM claim_part t
JOIN claim c ON c.id = t.claim_id
JOIN project j ON j.id = c.project_id
JOIN party_account b ON b.id = t.payee_account_id
LEFT JOIN LATERAL (SELECT p.state FROM payout p WHERE p.part_id = t.id ORDER BY p.id DESC LIMIT 1) o ON true
WHERE ($1::bigint IS NULL OR t.claim_id = $1) AND (c.state <> 'CLOSED' OR o.state = 'RETURNED') AND o.state IS DISTINCT FROM 'SETTLED'
  AND o.state IS DISTINCT FROM 'ORDERED' AND o.state IS DISTINCT FROM 'RELEASED'
  AND o.state IS DISTINCT FROM 'PARTIAL'
ORDER BY t.approved_on, t.id
LIMIT $2
