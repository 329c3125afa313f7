-- Every line the schedule of a policy ever had (until_on null: it stands), with what was given back of each and bought back. $1 policy
SELECT t.id, t.asset_id, coalesce(s.name, '') AS name, s.retired_on, t.regime_of_law, t.sum_insured_fen, t.premium_fen, t.value_from_on,
       t.until_on, coalesce(l.returned_fen, 0)::bigint AS returned_fen, coalesce(l.excess_fen, 0)::bigint AS excess_fen,
       coalesce(l.restored, '[]'::jsonb) AS restored
FROM policy_item t
LEFT JOIN asset s ON s.id = t.asset_id
LEFT JOIN LATERAL (
    SELECT sum(l.returned_fen) AS returned_fen, sum(l.returned_fen) FILTER (WHERE e.kind = 'EXCESS_REFUND') AS excess_fen,
           jsonb_agg(jsonb_build_object('from_on', e.effective_on, 'amount_fen', l.restored_fen, 'premium_fen', l.charged_fen) ORDER BY e.id)
               FILTER (WHERE l.restored_fen > 0) AS restored
    FROM endorsement_line l JOIN endorsement e ON e.id = l.endorsement_id WHERE l.policy_item_id = t.id
) l ON true
WHERE t.policy_id = $1
ORDER BY t.id
