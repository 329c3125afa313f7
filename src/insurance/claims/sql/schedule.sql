-- The schedule of a policy as it stood on a day, with its frozen month tables, how many of what each asset is, and what was restored of
-- each sum by then; its premium less what went back, and what of that went back for over-insurance found by other claims.
-- $1 policy, $2 the day, $3 the claim
SELECT t.id, t.asset_id, coalesce(s.name, '') AS name, t.regime_of_law, t.sum_insured_fen, t.value_from_on, t.month_values,
       greatest(0, t.premium_fen - b.other_fen) AS premium_fen, b.excess_fen AS given_back_fen, s.quantity, coalesce(s.unit, '') AS unit, p.taxonomy,
       coalesce((SELECT sum(l.restored_fen) FROM endorsement_line l JOIN endorsement e ON e.id = l.endorsement_id
                 WHERE l.policy_item_id = t.id AND e.effective_on <= $2), 0)::bigint AS restored_fen
FROM policy_item t
LEFT JOIN asset s ON s.id = t.asset_id
LEFT JOIN project p ON p.id = t.project_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.returned_fen) FILTER (WHERE e.kind <> 'EXCESS_REFUND'), 0)::bigint AS other_fen,
           coalesce(sum(l.returned_fen) FILTER (WHERE e.kind = 'EXCESS_REFUND' AND e.claim_id <> $3), 0)::bigint AS excess_fen
    FROM endorsement_line l JOIN endorsement e ON e.id = l.endorsement_id
    WHERE l.policy_item_id = t.id
) b
WHERE t.policy_id = $1 AND insured_then(t, $2)
ORDER BY t.id
