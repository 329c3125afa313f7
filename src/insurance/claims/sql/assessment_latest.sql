-- The assessment that counts: the newest version. $1 claim
SELECT a.id, a.version, a.assessor_id, a.assessed_at, a.terms_version, a.terms_checksum, a.inputs, a.steps, a.indemnity_fen, a.total_fen,
       a.payable_fen, a.note
FROM assessment a
WHERE a.claim_id = $1
ORDER BY a.version DESC
LIMIT 1
