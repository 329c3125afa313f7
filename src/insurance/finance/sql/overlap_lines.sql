-- The lines of an account ($1) on these days ($2), file by file in its order, each with the day of the line before and after it in its file, where
-- that file brought them.
SELECT l.*, p.booked_on AS before_on, n.booked_on AS after_on
FROM bank_line l
LEFT JOIN bank_line p ON p.statement_id = l.statement_id AND p.ordinal = l.ordinal - 1
LEFT JOIN bank_line n ON n.statement_id = l.statement_id AND n.ordinal = l.ordinal + 1
WHERE l.account_digest = $1 AND l.booked_on = ANY ($2::date[])
ORDER BY l.booked_on, l.statement_id, l.ordinal
