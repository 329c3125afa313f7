-- The schedule of a policy with its frozen month tables. $1 policy
SELECT t.id, t.asset_id, coalesce(s.name, '') AS name, t.regime_of_law, t.sum_insured_fen, t.value_from_on, t.month_values
FROM policy_item t
LEFT JOIN asset s ON s.id = t.asset_id
WHERE t.policy_id = $1
ORDER BY t.id
