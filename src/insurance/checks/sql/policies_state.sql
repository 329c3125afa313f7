-- The last event says the state; every bound policy has its application and title on file.
SELECT 'policy ' || p.number || ' is ' || p.state || ', its last event says ' || coalesce(e.to_state, 'nothing') AS offence
FROM policy p
LEFT JOIN LATERAL (SELECT e.to_state FROM policy_event e WHERE e.policy_id = p.id ORDER BY e.id DESC LIMIT 1) e ON true
WHERE p.state IS DISTINCT FROM e.to_state
UNION ALL
SELECT 'policy ' || p.number || ' stands without its application or title paper'
FROM policy p
LEFT JOIN document a ON a.id = p.application_document_id LEFT JOIN document d ON d.id = p.title_document_id
WHERE NOT p.opening AND p.state NOT IN ('PROPOSED', 'LAPSED') AND (a.id IS NULL OR d.id IS NULL)
UNION ALL
SELECT 'event ' || e.id || ' of policy ' || p.number || ' starts from ' || coalesce(e.from_state, 'nothing') || ' where it stood at ' || coalesce(e.stood, 'nothing')
FROM (SELECT e.*, lag(e.to_state) OVER (PARTITION BY e.policy_id ORDER BY e.id) AS stood FROM policy_event e) e
JOIN policy p ON p.id = e.policy_id
WHERE e.from_state IS DISTINCT FROM e.stood
