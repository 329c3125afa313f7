-- The bank's book of orders as of a day: what is matched, and what a person has said of lines that pay none (came back, paid twice, too much).
-- What was paid beyond the order is the bank's too until it is back. On the payee's own statement the name is the payer's and says nothing. $1 the day
SELECT l.id AS line_id, l.statement_id, m.payout_id, m.amount_fen + m.surplus_fen AS signed_fen, l.booked_on, true AS matched,
       CASE WHEN l.side = 'PAYER' THEN l.counterparty_name ELSE '' END AS name, CASE WHEN l.side = 'PAYER' THEN l.counterparty_digest END AS digest,
       l.counterparty_tail AS tail
FROM bank_match m
JOIN bank_line l ON l.id = m.line_id
WHERE m.undone_at IS NULL AND l.booked_on <= $1
UNION ALL
SELECT l.id, l.statement_id, coalesce(c.payout_id, p.id), CASE WHEN c.kind = 'RETURNED' THEN -l.amount_fen ELSE l.amount_fen END, l.booked_on, false,
       CASE WHEN l.side = 'PAYER' THEN l.counterparty_name ELSE '' END, CASE WHEN l.side = 'PAYER' THEN l.counterparty_digest END, l.counterparty_tail
FROM line_case c
JOIN bank_line l ON l.id = c.line_id
LEFT JOIN payout p ON p.token = substring(upper(regexp_replace(normalize(l.narrative, NFKC), '\s', '', 'g')) FROM 'SB[0-9]{12}')
WHERE c.undone_at IS NULL AND l.booked_on <= $1 AND c.kind IN ('RETURNED', 'DUPLICATE', 'SHORT', 'OVER', 'NOT_OPEN')
  AND c.action <> 'NOTE' AND coalesce(c.payout_id, p.id) IS NOT NULL
