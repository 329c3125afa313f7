-- What the programme's account paid to insured, by the day the bank booked it.
SELECT p.insurer_id, m.booked_on, sum(m.amount_fen)::bigint AS amount_fen
FROM bank_match m
JOIN payout p ON p.id = m.payout_id
WHERE m.undone_at IS NULL AND p.mode = 'AGENT'
GROUP BY p.insurer_id, m.booked_on
