-- Projects with cover, per county and cover, on a day: the last event of the policy by then leaves it standing, and the day lies in its period.
-- $1 day, $2 county or null, $3 town or null, $4 insurer or null
SELECT p.county_code, p.cover, array_agg(DISTINCT p.project_id) AS project_ids, coalesce(sum(coalesce(i.sum_insured_fen, p.sum_insured_fen)), 0)::bigint AS sum_insured_fen,
       coalesce(sum(i.net_value_fen), 0)::bigint AS net_value_fen
FROM policy p
JOIN LATERAL (SELECT e.to_state FROM policy_event e WHERE e.policy_id = p.id AND e.business_on <= $1 ORDER BY e.id DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (SELECT sum(i.net_value_fen) AS net_value_fen, sum(i.sum_insured_fen) AS sum_insured_fen
                   FROM policy_item i WHERE i.policy_id = p.id AND insured_then(i, $1::date)) i ON true
WHERE p.period @> $1::date AND (e.to_state IN ('IN_FORCE', 'ENDORSED') OR (e.to_state = 'CANCELLED' AND p.stands))
  AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR p.town_code = $3) AND ($4::bigint IS NULL OR p.insurer_id = $4)
GROUP BY p.county_code, p.cover
