-- A recovery is what its movements leave of it; what is to come back from the insured is no more than was approved; a finding of fraud
-- rests on papers of its claim; whoever assessed found nothing.
SELECT 'recovery ' || r.id || ' of claim ' || c.number || ': movement ' || m.ordinal || ' leaves ' || m.left_fen || ' fen, counted '
       || r.expected_fen - m.moved_fen AS offence
FROM recovery r
JOIN claim c ON c.id = r.claim_id
JOIN LATERAL (
    SELECT v.ordinal, v.left_fen, sum(v.amount_fen) OVER (ORDER BY v.ordinal) AS moved_fen, row_number() OVER (ORDER BY v.ordinal) AS place
    FROM recovery_movement v WHERE v.recovery_id = r.id
) m ON m.left_fen <> r.expected_fen - m.moved_fen OR m.ordinal <> m.place OR m.left_fen < 0
UNION ALL
SELECT 'claim ' || c.number || ': ' || t.due_fen || ' fen are to come back, approved were ' || t.approved_fen
FROM claim c
CROSS JOIN LATERAL (
    SELECT (SELECT sum(r.expected_fen) - coalesce(sum(v.reduced_fen), 0) FROM recovery r
            LEFT JOIN LATERAL (SELECT sum(m.amount_fen) AS reduced_fen FROM recovery_movement m
                               WHERE m.recovery_id = r.id AND m.kind = 'REDUCED') v ON true
            WHERE r.claim_id = c.id AND r.kind IN ('OVERPAID', 'FRAUD') AND (r.decision_id IS NOT NULL OR r.fraud_finding_id IS NOT NULL)) AS due_fen,
           c.opening_paid_fen + coalesce((SELECT sum(p.amount_fen) FROM claim_part p WHERE p.claim_id = c.id), 0) AS approved_fen
) t
WHERE t.due_fen > t.approved_fen
UNION ALL
SELECT 'finding ' || f.id || ' of claim ' || c.number || ' rests on papers that do not lie with it'
FROM fraud_finding f JOIN claim c ON c.id = f.claim_id
WHERE EXISTS (SELECT FROM unnest(f.document_ids) n (id) WHERE NOT EXISTS (
    SELECT FROM document d WHERE d.id = n.id AND d.subject_kind = 'claim' AND d.subject_id = f.claim_id))
UNION ALL
SELECT 'finding ' || f.id || ' of claim ' || c.number || ' was made by an assessor of it'
FROM fraud_finding f JOIN claim c ON c.id = f.claim_id
WHERE EXISTS (SELECT FROM assessment a WHERE a.claim_id = f.claim_id AND a.assessor_id = f.found_by)
