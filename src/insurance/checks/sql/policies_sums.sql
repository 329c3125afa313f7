-- The shares make the premium, endorsements included; the lines that stand on an asset cover's schedule make its sum, and all its lines
-- with what endorsements charged and gave back make its premium; each line lies within its project; no asset is insured twice on a day.
SELECT 'policy ' || p.number || ': shares ' || coalesce(s.fen, 0) || ' fen, premium ' || p.premium_fen AS offence
FROM policy p
LEFT JOIN (SELECT policy_id, sum(amount_fen) AS fen
           FROM (SELECT policy_id, amount_fen FROM premium_share UNION ALL SELECT policy_id, amount_fen FROM endorsement_share) s
           GROUP BY policy_id) s ON s.policy_id = p.id
WHERE p.premium_fen <> coalesce(s.fen, 0)
UNION ALL
SELECT 'policy ' || p.number || ': items sum to ' || coalesce(i.sum_fen, 0) || ' and ' || coalesce(i.premium_fen, 0) + coalesce(e.fen, 0)
       || ' fen, the policy says ' || p.sum_insured_fen || ' and ' || p.premium_fen
FROM policy p
LEFT JOIN (SELECT policy_id, sum(sum_insured_fen) FILTER (WHERE until_on IS NULL) AS sum_fen,
                  sum(premium_fen) FILTER (WHERE added_by IS NULL) AS premium_fen
           FROM policy_item GROUP BY policy_id) i ON i.policy_id = p.id
LEFT JOIN (SELECT policy_id, sum(charged_fen - returned_fen) AS fen FROM endorsement GROUP BY policy_id) e ON e.policy_id = p.id
WHERE p.cover = 'INDUSTRY' AND (p.sum_insured_fen, p.premium_fen)
      IS DISTINCT FROM (coalesce(i.sum_fen, 0), coalesce(i.premium_fen, 0) + coalesce(e.fen, 0))
UNION ALL
SELECT 'item ' || i.id || ' of policy ' || p.number || ' belongs to another project'
FROM policy_item i JOIN policy p ON p.id = i.policy_id WHERE i.project_id <> p.project_id
UNION ALL
SELECT 'item ' || i.id || ' of policy ' || i.policy_id || ' insures asset ' || i.asset_id || ' twice on a day'
FROM policy_item i JOIN policy_item o ON o.policy_id = i.policy_id AND o.asset_id = i.asset_id AND o.id > i.id
WHERE daterange(i.value_from_on, i.until_on) && daterange(o.value_from_on, o.until_on)
