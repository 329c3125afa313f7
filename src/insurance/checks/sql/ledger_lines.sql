-- What the books say of a line of the programme's own account that pays no order, or beyond one: a fee and what is owed back leave the bank
-- account, what came in stands on it; a line that waits, is noted or netted has nothing. Premium is booked with its policies.
WITH book AS (
    SELECT t.subject, sum(CASE WHEN t.debit = '1001' THEN t.amount_fen WHEN t.credit = '1001' THEN -t.amount_fen ELSE 0 END) AS fen
    FROM transfer t WHERE t.subject LIKE 'line:%' AND t.kind IN ('POSTED', 'POST') GROUP BY t.subject
), said AS (
    SELECT l.id, l.booked_on,
           coalesce((SELECT sum(CASE c.action WHEN 'FEE' THEN -c.amount_fen WHEN 'RECOVERY' THEN -c.amount_fen
                                              WHEN 'PAID_IN' THEN c.amount_fen WHEN 'SUSPENSE' THEN c.amount_fen ELSE 0 END)
                     FROM line_case c WHERE c.line_id = l.id AND c.undone_at IS NULL), 0)
           - coalesce((SELECT sum(greatest(m.fee_fen, 0) + m.surplus_fen) FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL), 0) AS fen
    FROM bank_line l JOIN paying_account a ON a.account_digest = l.account_digest AND a.insurer_id IS NULL
    WHERE NOT EXISTS (SELECT FROM line_case c WHERE c.line_id = l.id AND c.undone_at IS NULL AND c.action = 'PREMIUM')
)
SELECT 'line ' || s.id || ' of ' || s.booked_on || ' moves ' || s.fen || ' fen of the programme''s account, the books say ' || coalesce(b.fen, 0) AS offence
FROM said s LEFT JOIN book b ON b.subject = 'line:' || s.id
WHERE s.fen <> coalesce(b.fen, 0)
