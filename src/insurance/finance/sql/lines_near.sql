-- What bears on lines that wait, in whichever files it came: other waiting lines of those weeks, and lines of the same account, day and amount in
-- the other direction, done with or not (a reversal's other half). $1 lines, $2 days from, $3 until
SELECT l.*, true AS waits
FROM bank_line l
WHERE l.booked_on BETWEEN $2 AND $3
  AND NOT EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL)
UNION ALL
SELECT l.*, false
FROM bank_line l
WHERE l.booked_on BETWEEN $2 AND $3
  AND EXISTS (SELECT FROM bank_line w WHERE w.id = ANY ($1::bigint[]) AND w.account_digest = l.account_digest AND w.booked_on = l.booked_on
              AND w.amount_fen = l.amount_fen AND w.direction <> l.direction)
  AND EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL)
