-- Statements, newest first, each with how many of its lines are matched or resolved, and whose paying account it shows, if it is one; $1 one id or null, $2 older than, $3 how many, $4 these ids or null,
-- $5 the account's last digits, $6 text in the file's name or the holder's, $7 only those of which a line waits
SELECT s.*, n.display_name AS read_name, a.holder_name, a.id IS NOT NULL AND a.insurer_id IS NULL AS programme,
       (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id) AS stored_count,
       (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id
          AND (EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
               OR EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL))) AS matched_count
FROM bank_statement s
LEFT JOIN paying_account a ON a.account_digest = s.account_digest AND a.approved_by IS NOT NULL
LEFT JOIN LATERAL user_names(ARRAY[s.read_by]) n ON true
WHERE ($1::bigint IS NULL OR s.id = $1) AND ($4::bigint[] IS NULL OR s.id = ANY ($4)) AND ($2::bigint IS NULL OR s.id < $2)
  AND ($5::text IS NULL OR s.account_tail = $5) AND ($6::text IS NULL OR strpos(s.file_name, $6) > 0 OR strpos(a.holder_name, $6) > 0)
  AND (NOT $7::boolean OR EXISTS (SELECT FROM bank_line l WHERE l.statement_id = s.id
        AND NOT EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
        AND NOT EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL)))
ORDER BY s.id DESC
LIMIT $3
