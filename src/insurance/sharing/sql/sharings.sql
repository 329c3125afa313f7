-- Distributions with what was used of them, the newest first.
-- $1 one or null, $2 project or null, $3 claim or null, $4 state or null, $5 before this id or null, $6 how many
SELECT s.id, s.number, s.project_id, s.region_path, j.name AS project_name, j.code AS project_code, s.source, s.annual_account_id,
       s.statement_id, s.payout_id, p.number AS payout_number, s.claim_id, c.number AS claim_number, s.from_on, s.last_on, s.payer, s.reason,
       s.document_id, s.basis, s.target_fen, s.reached_fen, s.repayable, s.amount_fen, s.state, s.working_no, m.display_name AS made_by,
       s.made_by AS made_by_id, s.made_on, s.published_on, s.notice_place, s.notice_document_id, s.window_last_on,
       f.display_name AS confirmed_by, s.confirmed_on, s.closed_reason, s.version, coalesce(u.used_fen, 0)::bigint AS used_fen
FROM sharing s
JOIN project j ON j.id = s.project_id
LEFT JOIN payout p ON p.id = s.payout_id
LEFT JOIN claim c ON c.id = s.claim_id
LEFT JOIN LATERAL user_names(ARRAY[s.made_by]) m ON true
LEFT JOIN LATERAL user_names(ARRAY[s.confirmed_by]) f ON true
LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS used_fen FROM sharing_use x WHERE x.sharing_id = s.id) u ON true
WHERE ($1::bigint IS NULL OR s.id = $1) AND ($2::bigint IS NULL OR s.project_id = $2) AND ($3::bigint IS NULL OR s.claim_id = $3)
  AND ($4::text IS NULL OR s.state = $4) AND ($5::bigint IS NULL OR s.id < $5)
ORDER BY s.id DESC
LIMIT $6
