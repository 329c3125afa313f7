-- What transfers, matches and lines refer to exists: the database looks once a statement, and not at all when a copy is restored.
SELECT 'transfer ' || t.id || ' refers to what does not exist' AS offence
FROM transfer t
LEFT JOIN account d ON d.code = t.debit LEFT JOIN account c ON c.code = t.credit LEFT JOIN region r ON r.path = t.region_path
LEFT JOIN insurer i ON i.id = t.insurer_id LEFT JOIN app_user u ON u.id = t.made_by LEFT JOIN transfer p ON p.id = t.pending_id
WHERE d.code IS NULL OR c.code IS NULL OR r.path IS NULL OR (i.id, u.id, p.id) IS DISTINCT FROM (t.insurer_id, t.made_by, t.pending_id)
UNION ALL
SELECT 'match ' || m.id || ' refers to what does not exist'
FROM bank_match m
LEFT JOIN bank_line l ON l.id = m.line_id LEFT JOIN payout p ON p.id = m.payout_id LEFT JOIN app_user u ON u.id = m.made_by
WHERE l.id IS NULL OR p.id IS NULL OR u.id IS NULL
UNION ALL
SELECT 'line ' || l.id || ' refers to what does not exist'
FROM bank_line l LEFT JOIN bank_statement s ON s.id = l.statement_id
WHERE s.id IS NULL
