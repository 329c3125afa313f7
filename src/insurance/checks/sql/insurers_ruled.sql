-- A policy that stands with another insurer than the rule of its first day names is one taken over, or written down as in conflict.
SELECT 'policy ' || p.number || ' stands with insurer ' || i.code || ', the rule of its first day names ' || n.code
FROM policy p
JOIN insurer_rule u ON u.county_code = p.county_code AND u.cover = p.cover AND u.period @> lower(p.period)
JOIN insurer i ON i.id = p.insurer_id
JOIN insurer n ON n.id = u.insurer_id
WHERE p.stands AND NOT p.opening AND p.insurer_id <> u.insurer_id AND NOT EXISTS (SELECT FROM insurer_conflict x WHERE x.policy_id = p.id)
ORDER BY p.id
