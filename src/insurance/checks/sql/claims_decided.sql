-- A decision rests on an assessment of its claim by another person; what was approved is the claim's amount and what its parts come to.
SELECT 'decision ' || d.id || ' of claim ' || c.number || ' was taken by its assessor' AS offence
FROM decision d JOIN claim c ON c.id = d.claim_id JOIN assessment a ON a.id = d.assessment_id
WHERE d.decided_by = a.assessor_id OR d.assessor_id <> a.assessor_id
UNION ALL
SELECT 'claim ' || c.number || ': its parts come to ' || sum(r.amount_fen) || ' fen, approved were ' || coalesce(c.approved_fen, 0)
FROM claim c JOIN claim_part r ON r.claim_id = c.id
WHERE EXISTS (SELECT FROM claim_part f WHERE f.claim_id = c.id AND f.kind = 'FINAL')
GROUP BY c.id HAVING sum(r.amount_fen) <> coalesce(c.approved_fen, 0)
