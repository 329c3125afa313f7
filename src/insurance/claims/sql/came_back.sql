-- Money of a claim that the insured gave back because it was decided anew or fraud was found. $1 claim
SELECT coalesce(sum(m.amount_fen), 0)::bigint
FROM recovery_movement m
JOIN recovery r ON r.id = m.recovery_id
WHERE m.claim_id = $1 AND m.kind = 'RECEIVED' AND (r.decision_id IS NOT NULL OR r.fraud_finding_id IS NOT NULL)
  AND r.kind IN ('OVERPAID', 'FRAUD')
