-- What happened to a policy, oldest first, with the name beside each actor. $1 its id.
SELECT e.id, e.verb, e.from_state, e.to_state, e.business_on, e.facts, e.recorded_at,
       (SELECT n.display_name FROM user_names(ARRAY[e.actor_id]) n) AS actor
FROM policy_event e
WHERE e.policy_id = $1
ORDER BY e.id
