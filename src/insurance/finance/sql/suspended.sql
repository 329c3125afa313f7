-- Money in suspense, the oldest first.
SELECT c.id AS case_id, c.amount_fen, c.note, c.made_at, l.id AS line_id, l.statement_id, l.booked_on, l.counterparty_name, l.counterparty_tail,
       l.narrative, l.direction
FROM line_case c JOIN bank_line l ON l.id = c.line_id
WHERE c.action = 'SUSPENSE' AND c.undone_at IS NULL
ORDER BY l.booked_on, l.id
