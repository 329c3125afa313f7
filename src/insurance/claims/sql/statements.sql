-- The statements of a claim, newest first, each with its lines, the files that prove them, and the day the chain's first one was filed.
-- $1 claim
SELECT s.id, s.claim_id, s.from_on, s.last_on, s.closed_on, s.signed_on, s.signed_by, s.supersedes_id, s.note, s.filed_at, n.display_name,
       min(s.filed_on) OVER () AS first_filed_on, row_number() OVER (ORDER BY s.id DESC) > 1 AS superseded,
       l.lines
FROM income_statement s
LEFT JOIN LATERAL user_names(ARRAY[s.filed_by]) n ON true
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('ordinal', y.ordinal, 'kind', y.kind, 'amount_fen', y.amount_fen, 'document_id', y.document_id,
                                        'note', y.note, 'file_name', d.file_name) ORDER BY y.ordinal) AS lines
    FROM income_statement_line y LEFT JOIN document d ON d.id = y.document_id
    WHERE y.statement_id = s.id
) l
WHERE s.claim_id = $1
ORDER BY s.id DESC
