-- Movements, newest first. $1 one id, $2 older than id, $3 how many, $4 of one line
SELECT m.*, u.display_name AS made_name, x.display_name AS undone_name, l.statement_id, l.counterparty_name, l.narrative, l.direction,
       i.code AS insurer_code, coalesce(o.name, '') AS party_name,
       (SELECT count(DISTINCT s.policy_id) FROM premium_move_share s WHERE s.move_id = m.id) AS shares
FROM premium_move m
JOIN bank_line l ON l.id = m.line_id
LEFT JOIN LATERAL user_names(ARRAY[m.made_by]) u ON true
LEFT JOIN LATERAL user_names(ARRAY[m.undone_by]) x ON true
LEFT JOIN insurer i ON i.id = m.insurer_id
LEFT JOIN party o ON o.id = m.party_id
WHERE ($1::bigint IS NULL OR m.id = $1) AND ($2::bigint IS NULL OR m.id < $2) AND ($4::bigint IS NULL OR m.line_id = $4)
ORDER BY m.id DESC
LIMIT $3
