-- Lines neither matched nor resolved, the oldest first; those with the given keys ($1) or all (null), at most so many ($2, null: all).
SELECT l.*
FROM bank_line l
WHERE ($1::bytea[] IS NULL OR l.line_key = ANY ($1))
  AND NOT EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL)
ORDER BY l.booked_on, l.id
LIMIT $2
