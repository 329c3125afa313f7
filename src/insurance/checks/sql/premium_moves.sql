-- A movement is its bank line, shared out whole; it stands exactly as long as the line is dealt with by it, and says of its shares what
-- they say; what is left over of it is in suspense.
SELECT 'premium movement ' || m.id || ' of ' || m.amount_fen || ' fen is shared out as ' || coalesce(s.fen, 0) || ' and ' || m.surplus_fen
       || ' left over, its line is ' || coalesce(l.amount_fen, 0) AS offence
FROM premium_move m
LEFT JOIN bank_line l ON l.id = m.line_id
LEFT JOIN (SELECT move_id, sum(amount_fen) AS fen FROM premium_move_share GROUP BY move_id) s ON s.move_id = m.id
WHERE m.amount_fen <> coalesce(s.fen, 0) + m.surplus_fen OR (m.amount_fen, m.booked_on) IS DISTINCT FROM (l.amount_fen, l.booked_on)
UNION ALL
SELECT 'line ' || c.line_id || ' and its premium movement do not stand together'
FROM line_case c FULL JOIN premium_move m ON m.case_id = c.id
WHERE (c.action = 'PREMIUM' OR m.id IS NOT NULL)
  AND (m.id IS NULL OR c.action IS DISTINCT FROM 'PREMIUM' OR c.line_id <> m.line_id OR (c.undone_at IS NULL) <> (m.undone_at IS NULL)
       OR c.surplus_fen <> CASE WHEN m.direct THEN 0 ELSE m.surplus_fen END)
UNION ALL
SELECT 'a share of premium movement ' || s.move_id || ' says otherwise than it'
FROM premium_move_share s LEFT JOIN premium_move m ON m.id = s.move_id
WHERE m.id IS NULL OR (s.kind, s.direct, s.booked_on, s.undone_on IS NULL) IS DISTINCT FROM (m.kind, m.direct, m.booked_on, m.undone_at IS NULL)
   OR s.payer <> coalesce(m.payer, s.payer)
UNION ALL
SELECT 'of premium movement ' || m.id || ' ' || m.surplus_fen || ' fen are left over, the books suspend ' || coalesce(t.fen, 0)
FROM premium_move m
LEFT JOIN (SELECT subject, sum(CASE '2901' WHEN credit THEN amount_fen WHEN debit THEN -amount_fen ELSE 0 END) AS fen FROM transfer
           WHERE kind = 'POSTED' GROUP BY subject) t ON t.subject = 'line:' || m.line_id
WHERE m.undone_at IS NULL AND NOT m.direct AND m.surplus_fen <> coalesce(t.fen, 0)
