-- The assets of an assessment and the law each falls under. $1 assessment
SELECT a.name, i.regime_of_law
FROM assessment_line l
JOIN policy_item i ON i.id = l.policy_item_id
JOIN asset a ON a.id = i.asset_id
WHERE l.assessment_id = $1
ORDER BY l.ordinal
