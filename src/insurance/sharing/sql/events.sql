-- What was done to a distribution, in order, with names. $1 distribution
SELECT e.version, e.verb, e.from_state, e.to_state, e.business_at, n.display_name AS actor, e.role, e.reason, e.facts
FROM sharing_event e
LEFT JOIN LATERAL user_names(ARRAY[e.actor_id]) n ON true
WHERE e.sharing_id = $1
ORDER BY e.version
