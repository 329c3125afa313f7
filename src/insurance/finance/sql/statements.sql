-- Statements, newest first, each with how many of its lines are matched or resolved, and whose paying account it shows, if it is one; $1 one id or null, $2 older than, $3 how many, $4 these ids or null
SELECT s.*, n.display_name AS read_name, a.holder_name, a.id IS NOT NULL AND a.insurer_id IS NULL AS programme,
       (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id) AS stored_count,
       (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id
          AND (EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
               OR EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL))) AS matched_count
FROM bank_statement s
LEFT JOIN paying_account a ON a.account_digest = s.account_digest AND a.approved_by IS NOT NULL
LEFT JOIN LATERAL user_names(ARRAY[s.read_by]) n ON true
WHERE ($1::bigint IS NULL OR s.id = $1) AND ($4::bigint[] IS NULL OR s.id = ANY ($4)) AND ($2::bigint IS NULL OR s.id < $2)
ORDER BY s.id DESC
LIMIT $3
