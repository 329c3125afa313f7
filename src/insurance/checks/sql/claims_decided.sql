-- A decision rests on an assessment of its claim by another person; what was approved is the claim's amount and what its parts come to,
-- less what the insured had given back by then.
SELECT 'decision ' || d.id || ' of claim ' || c.number || ' was taken by its assessor' AS offence
FROM decision d JOIN claim c ON c.id = d.claim_id JOIN assessment a ON a.id = d.assessment_id
WHERE d.decided_by = a.assessor_id OR d.assessor_id <> a.assessor_id
UNION ALL
SELECT 'claim ' || c.number || ': its parts come to ' || t.parts_fen || ' fen, given back were ' || t.back_fen || ', approved were '
       || coalesce(c.approved_fen, 0)
FROM claim c
JOIN LATERAL (
    SELECT d.claim_version, f.id AS part_id FROM decision d JOIN claim_part f ON f.decision_id = d.id
    WHERE d.claim_id = c.id ORDER BY d.claim_version DESC LIMIT 1
) d ON true
CROSS JOIN LATERAL (
    SELECT (SELECT sum(r.amount_fen) FROM claim_part r WHERE r.claim_id = c.id AND r.id <= d.part_id) AS parts_fen,
           (SELECT coalesce(sum(m.amount_fen), 0) FROM recovery_movement m JOIN recovery r ON r.id = m.recovery_id
            WHERE m.claim_id = c.id AND m.kind = 'RECEIVED' AND m.claim_version < d.claim_version AND r.kind IN ('OVERPAID', 'FRAUD')
              AND (r.decision_id IS NOT NULL OR r.fraud_finding_id IS NOT NULL)) AS back_fen
) t
WHERE t.parts_fen + c.opening_paid_fen - t.back_fen <> coalesce(c.approved_fen, 0)
