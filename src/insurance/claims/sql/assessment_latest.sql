-- An assessment with the name of who made it: the one that counts is the newest version. $1 claim, $2 version or null for the newest
SELECT a.id, a.version, a.assessor_id, a.assessed_at, a.terms_version, a.terms_checksum, a.inputs, a.steps, a.indemnity_fen, a.total_fen,
       a.payable_fen, a.note, n.display_name AS assessor,
       (SELECT max(v.version) FROM assessment v WHERE v.claim_id = a.claim_id) AS newest
FROM assessment a
LEFT JOIN LATERAL user_names(ARRAY[a.assessor_id]) n ON true
WHERE a.claim_id = $1 AND ($2::integer IS NULL OR a.version = $2)
ORDER BY a.version DESC
LIMIT 1
