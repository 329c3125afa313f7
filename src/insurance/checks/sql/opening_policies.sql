-- An opening policy has its facts, and only an opening policy; number, cover, period, sums and first event are those stated; a committed
-- import took in as many rows as it says.
SELECT 'policy ' || coalesce(p.number, o.policy_id::text) || ' and its opening facts do not belong together' AS offence
FROM policy p FULL JOIN policy_opening o ON o.policy_id = p.id
WHERE coalesce(p.opening, false) <> (o.policy_id IS NOT NULL)
UNION ALL
SELECT 'policy ' || p.number || ' is not the one its workbook stated'
FROM policy p JOIN policy_opening o ON o.policy_id = p.id
WHERE (p.number, p.cover, p.project_id, p.insurer_id, lower(p.period), p.bound_on)
      IS DISTINCT FROM (o.stated ->> 'number', o.stated ->> 'cover', (o.stated ->> 'project_id')::bigint, (o.stated ->> 'insurer_id')::bigint,
                        (o.stated -> 'period' ->> 'starts_on')::date, (o.stated -> 'period' ->> 'starts_on')::date)
   OR o.unpaid_fen IS DISTINCT FROM (o.stated ->> 'unpaid_fen')::bigint
UNION ALL
SELECT 'policy ' || p.number || ' did not begin with its opening'
FROM policy p
LEFT JOIN LATERAL (SELECT e.verb, e.business_on FROM policy_event e WHERE e.policy_id = p.id ORDER BY e.id LIMIT 1) e ON true
WHERE p.opening AND (e.verb, e.business_on) IS DISTINCT FROM ('opening', lower(p.period))
UNION ALL
SELECT 'opening import ' || i.id || ' says ' || i.created_count || ' rows made and made ' || coalesce(r.rows, 0)
FROM opening_import i
LEFT JOIN (SELECT import_id, sum(row_count) AS rows FROM policy_opening GROUP BY import_id
           UNION ALL SELECT import_id, count(*) FROM claim_opening WHERE version = 1 GROUP BY import_id) r ON r.import_id = i.id
WHERE i.state = 'COMMITTED' AND i.created_count <> coalesce(r.rows, 0)
