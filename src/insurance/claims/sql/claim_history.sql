-- What happened to a claim, in order, with the names of those who did it.
SELECT e.claim_version, e.verb, e.from_state, e.to_state, e.business_at, e.business_on, e.role, e.reason, e.facts, e.recorded_at,
       n.display_name
FROM claim_event e
LEFT JOIN LATERAL user_names(ARRAY[e.actor_id]) n ON true
WHERE e.claim_id = $1
ORDER BY e.claim_version
