-- One event of many policies. $1 policies, $2 verb, $3 from, $4 to, $5 business day, $6 actor, $7 facts of each
INSERT INTO policy_event (policy_id, region_path, insurer_id, verb, from_state, to_state, business_on, actor_id, facts)
SELECT p.id, p.region_path, p.insurer_id, $2, $3, $4, $5, $6, n.facts::jsonb
FROM unnest($1::bigint[], $7::text[]) WITH ORDINALITY AS n (policy_id, facts, place)
JOIN policy p ON p.id = n.policy_id
ORDER BY n.place
