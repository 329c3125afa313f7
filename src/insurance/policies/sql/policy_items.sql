-- The schedule 保险清单 of policies, line by line; every line they ever had, or those insured on a day. $1 policy ids, $2 the day or null
SELECT t.policy_id, t.id, t.asset_id, s.code AS asset_code, coalesce(s.name, '') AS name, s.specification, s.place, s.quantity, s.unit,
       t.regime_of_law, t.net_value_fen, t.sum_insured_fen, t.premium_fen, t.value_from_on, t.month_values, t.steps,
       t.until_on, t.added_by
FROM policy_item t
LEFT JOIN asset s ON s.id = t.asset_id
WHERE t.policy_id = ANY ($1::bigint[]) AND ($2::date IS NULL OR insured_then(t, $2))
ORDER BY t.policy_id, t.id
