-- The schedule of a policy with its frozen month tables, and how many of what each asset is. $1 policy
SELECT t.id, t.asset_id, coalesce(s.name, '') AS name, t.regime_of_law, t.sum_insured_fen, t.value_from_on, t.month_values, t.premium_fen,
       s.quantity, coalesce(s.unit, '') AS unit, p.taxonomy
FROM policy_item t
LEFT JOIN asset s ON s.id = t.asset_id
LEFT JOIN project p ON p.id = t.project_id
WHERE t.policy_id = $1
ORDER BY t.id
