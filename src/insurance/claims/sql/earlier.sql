-- Indemnities of the other claims of a policy, by their latest decision: approved, or closed at nothing more than was paid ahead; a
-- claim refused at last took nothing. Asset claims item by item. Of a past claim that was taken over, and not
-- decided here since, what was stated last.
-- $1 policy, $2 the claim at hand
SELECT c.disaster_id, c.loss_on, l.policy_item_id, coalesce(l.net_fen, a.indemnity_fen) AS indemnity_fen
FROM claim c
JOIN LATERAL (
    SELECT d.assessment_id, d.outcome FROM decision d WHERE d.claim_id = c.id ORDER BY d.claim_version DESC LIMIT 1
) d ON d.outcome <> 'REJECTED'
JOIN assessment a ON a.id = d.assessment_id
LEFT JOIN assessment_line l ON l.assessment_id = a.id
WHERE c.policy_id = $1 AND c.id <> $2 AND c.live
UNION ALL
SELECT c.disaster_id, c.loss_on, s.item_id, s.fen
FROM claim c
JOIN LATERAL (SELECT * FROM claim_opening o WHERE o.claim_id = c.id ORDER BY o.version DESC LIMIT 1) o ON true
CROSS JOIN LATERAL unnest(o.item_ids, o.items_fen) AS s (item_id, fen)
WHERE c.policy_id = $1 AND c.id <> $2 AND c.live AND c.opening
  AND NOT EXISTS (SELECT FROM decision d WHERE d.claim_id = c.id)
