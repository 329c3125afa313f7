-- The shares make the premium; the lines of an asset cover's schedule make its sum and its premium; each line lies within its project.
SELECT 'policy ' || p.number || ': shares ' || coalesce(s.fen, 0) || ' fen, premium ' || p.premium_fen AS offence
FROM policy p LEFT JOIN (SELECT policy_id, sum(amount_fen) AS fen FROM premium_share GROUP BY policy_id) s ON s.policy_id = p.id
WHERE p.premium_fen <> coalesce(s.fen, 0)
UNION ALL
SELECT 'policy ' || p.number || ': items sum to ' || coalesce(i.sum_fen, 0) || ' and ' || coalesce(i.premium_fen, 0) || ' fen, the policy says '
       || p.sum_insured_fen || ' and ' || p.premium_fen
FROM policy p
LEFT JOIN (SELECT policy_id, sum(sum_insured_fen) AS sum_fen, sum(premium_fen) AS premium_fen FROM policy_item GROUP BY policy_id) i ON i.policy_id = p.id
WHERE p.cover = 'INDUSTRY' AND (p.sum_insured_fen, p.premium_fen) IS DISTINCT FROM (coalesce(i.sum_fen, 0), coalesce(i.premium_fen, 0))
UNION ALL
SELECT 'item ' || i.id || ' of policy ' || p.number || ' belongs to another project'
FROM policy_item i JOIN policy p ON p.id = i.policy_id WHERE i.project_id <> p.project_id
