-- The days whose income other approved claims of the same policy have paid, by their latest approval. $1 policy, $2 the claim at hand
SELECT c.number, coalesce(a.inputs -> 'basis' ->> 'from_on', a.inputs -> 'basis' ->> 'damaged_on')::date AS from_on,
       coalesce((a.inputs -> 'basis' ->> 'last_on')::date, (a.inputs -> 'basis' ->> 'resumed_on')::date - 1) AS last_on
FROM claim c
JOIN LATERAL (
    SELECT d.assessment_id FROM decision d WHERE d.claim_id = c.id AND d.outcome = 'APPROVED' ORDER BY d.claim_version DESC LIMIT 1
) d ON true
JOIN assessment a ON a.id = d.assessment_id
WHERE c.policy_id = $1 AND c.id <> $2 AND c.live
ORDER BY from_on
