-- The last event says state, verb and version.
SELECT 'claim ' || c.number || ' is ' || c.state || ' (version ' || c.version || ', ' || c.last_verb || '), its last event says '
       || coalesce(e.to_state || ' (version ' || e.claim_version || ', ' || e.verb || ')', 'nothing') AS offence
FROM claim c
LEFT JOIN LATERAL (SELECT * FROM claim_event e WHERE e.claim_id = c.id ORDER BY e.claim_version DESC LIMIT 1) e ON true
WHERE (c.state, c.version, c.last_verb) IS DISTINCT FROM (e.to_state, e.claim_version, e.verb)
UNION ALL
SELECT 'claims ' || string_agg(c.number, ', ') || ' are live for one policy, disaster, peril and day'
FROM claim c WHERE c.live GROUP BY c.policy_id, c.disaster_id, c.peril, c.loss_on HAVING count(*) > 1
