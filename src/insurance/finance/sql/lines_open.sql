-- Lines without a match, of one statement ($1) or of all (null).
SELECT l.*
FROM bank_line l
WHERE ($1::bigint IS NULL OR l.statement_id = $1)
  AND NOT EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
ORDER BY l.booked_on, l.id
