-- Lines that a rule has matched whole with a settled order, of these orders ($1) or among these lines ($2), both locked.
SELECT l.*, m.id AS match_id, p.id AS payout_id
FROM bank_match m JOIN bank_line l ON l.id = m.line_id JOIN payout p ON p.id = m.payout_id
WHERE (m.payout_id = ANY ($1::bigint[]) OR m.line_id = ANY ($2::bigint[])) AND m.undone_at IS NULL AND m.confidence = 'AUTO'
  AND p.state = 'SETTLED' AND m.amount_fen = p.amount_fen AND m.amount_fen = l.amount_fen
ORDER BY p.id
FOR UPDATE OF m, p
