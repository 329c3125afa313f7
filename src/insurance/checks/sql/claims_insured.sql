-- A claim and its payouts are with the insurer of its policy; a grant of the register lasts as long as policies and claims do.
SELECT 'claim ' || c.number || ' is with insurer ' || c.insurer_id || ', its policy ' || p.number || ' with ' || p.insurer_id
FROM claim c JOIN policy p ON p.id = c.policy_id
WHERE c.insurer_id <> p.insurer_id
UNION ALL
SELECT 'claim ' || c.number || ' has a payout of insurer ' || o.insurer_id
FROM claim c JOIN claim_part t ON t.claim_id = c.id JOIN payout o ON o.part_id = t.id
WHERE o.insurer_id <> c.insurer_id
UNION ALL
SELECT 'project ' || g.project_id || ' is open to insurer ' || g.insurer_id || ' until ' || coalesce(g.until_on::text, 'ever')
    || ', its policies and claims end ' || coalesce(e.ends_before::text, 'never')
FROM project_grant g
CROSS JOIN LATERAL (SELECT grant_end(g.project_id, g.insurer_id) AS ends_before) e
WHERE g.until_on IS DISTINCT FROM e.ends_before AND EXISTS (SELECT FROM policy p WHERE p.project_id = g.project_id AND p.insurer_id = g.insurer_id)
