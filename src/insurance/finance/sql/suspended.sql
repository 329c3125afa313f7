-- Money in suspense, the oldest first: whole lines, and what was left over of a line.
SELECT c.id AS case_id, CASE c.action WHEN 'SUSPENSE' THEN c.amount_fen ELSE c.surplus_fen END AS amount_fen, c.note, c.made_at, l.id AS line_id, l.statement_id, l.booked_on, l.counterparty_name, l.counterparty_tail,
       l.narrative, l.direction
FROM line_case c JOIN bank_line l ON l.id = c.line_id
WHERE (c.action = 'SUSPENSE' OR c.surplus_fen > 0) AND c.undone_at IS NULL
ORDER BY l.booked_on, l.id
