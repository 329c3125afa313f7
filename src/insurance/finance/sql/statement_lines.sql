-- The lines of a statement in file order, each with its live match.
SELECT l.id, l.ordinal, l.line_key, l.account_digest, l.side, l.booked_on, l.booked_time, l.direction, l.amount_fen, l.balance_fen,
       l.counterparty_name, l.counterparty_digest, l.counterparty_tail, l.narrative, l.reference,
       m.id AS match_id, m.payout_id, m.rule, m.confidence, m.reason, m.made_at, p.number AS payout_number, p.token, p.payee_name
FROM bank_line l
LEFT JOIN bank_match m ON m.line_id = l.id AND m.undone_at IS NULL
LEFT JOIN payout p ON p.id = m.payout_id
WHERE l.statement_id = $1
ORDER BY l.ordinal
