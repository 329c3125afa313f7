-- Lines that are held, each with whether it is matched or resolved already. $1 ids
SELECT l.*, EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL) AS matched,
       EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL) AS resolved
FROM bank_line l
WHERE l.id = ANY ($1::bigint[])
ORDER BY l.id
