-- What follows where another insurer takes counties from a day on, county by county and cover by cover. Policies that run on the day before
-- and end then (ending), or run beyond it (later); those bound for a period after it with somebody else (early), which will be in conflict,
-- and those bound with the new one already (own); claims that stay open with others, and their reserves.
-- $1 counties, $2 covers, in step, $3 the day, $4 the new insurer
SELECT n.county_code, r.name AS county, n.cover, u.insurer_id, i.name AS insurer_name, q.ending, q.later, q.early, q.own, c.open_claims, c.reserve_fen
FROM unnest($1::text[], $2::text[]) AS n (county_code, cover)
JOIN region r ON r.code = n.county_code
LEFT JOIN insurer_rule u ON u.county_code = n.county_code AND u.cover = n.cover AND u.period @> ($3::date - 1)
LEFT JOIN insurer i ON i.id = u.insurer_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE p.insurer_id <> $4 AND p.period @> ($3::date - 1) AND upper(p.period) = $3) AS ending,
           count(*) FILTER (WHERE p.insurer_id <> $4 AND p.period @> ($3::date - 1) AND upper(p.period) > $3) AS later,
           count(*) FILTER (WHERE p.insurer_id <> $4 AND lower(p.period) >= $3 AND NOT p.opening) AS early,
           count(*) FILTER (WHERE p.insurer_id = $4 AND lower(p.period) >= $3) AS own
    FROM policy p WHERE p.county_code = n.county_code AND p.cover = n.cover AND p.stands AND upper(p.period) >= $3
) q
CROSS JOIN LATERAL (
    SELECT count(*) AS open_claims, coalesce(sum(c.reserve_fen), 0)::bigint AS reserve_fen
    FROM claim c
    WHERE c.county_code = n.county_code AND c.cover = n.cover AND c.insurer_id <> $4 AND c.state NOT IN ('PAID', 'REJECTED', 'WITHDRAWN', 'ZERO', 'CLOSED')
) c
ORDER BY n.county_code, n.cover
