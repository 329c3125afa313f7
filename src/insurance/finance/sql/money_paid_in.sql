-- Money that came onto the programme's account to be passed on: from insurers, and sent back by payees' banks.
SELECT l.id AS line_id, l.statement_id, l.booked_on, c.amount_fen, l.counterparty_name, p.insurer_id, c.action = 'RETURN' AS returned
FROM line_case c
JOIN bank_line l ON l.id = c.line_id
JOIN paying_account a ON a.account_digest = l.account_digest AND a.insurer_id IS NULL
LEFT JOIN payout p ON p.id = c.payout_id AND c.action = 'RETURN'
WHERE c.undone_at IS NULL AND (c.action = 'PAID_IN' OR c.action = 'RETURN' AND p.mode = 'AGENT')
