-- Opening policies began on their first day, and those whose last day has passed expired the day after it.
-- $1 policies, $2 facts of each, $3 today, $4 by whom
INSERT INTO policy_event (policy_id, region_path, insurer_id, verb, from_state, to_state, business_on, actor_id, facts)
SELECT p.id, p.region_path, p.insurer_id, e.verb, e.from_state, e.to_state, e.business_on, $4, e.facts
FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS n (policy_id, facts, place)
JOIN policy p ON p.id = n.policy_id
CROSS JOIN LATERAL (VALUES (1, 'opening', NULL, 'IN_FORCE', lower(p.period), n.facts::jsonb),
                           (2, 'expire', 'IN_FORCE', 'EXPIRED', upper(p.period), '{}'::jsonb))
     AS e (step, verb, from_state, to_state, business_on, facts)
WHERE e.step = 1 OR upper(p.period) <= $3::date
ORDER BY n.place, e.step
