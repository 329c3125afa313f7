-- The bank's balance of an account after the last line booked by a day, by the statements on file. $1 account digest, $2 day
SELECT l.balance_fen
FROM bank_line l
WHERE l.account_digest = $1 AND l.booked_on <= $2 AND l.balance_fen IS NOT NULL
ORDER BY l.booked_on DESC, (SELECT s.read_at FROM bank_statement s WHERE s.id = l.statement_id) DESC, l.ordinal DESC
LIMIT 1
