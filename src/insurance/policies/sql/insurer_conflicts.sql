-- Policies in conflict: they stand, and the rule of their first day names somebody else. $1 county of the reader or null, $2 policies or null
SELECT p.id, p.number, p.cover, p.county_code, r.name AS county, t.name AS town, p.project_id, j.name AS project_name, lower(p.period) AS starts_on,
       upper(p.period) AS ends_before, i.code AS insurer, i.name AS insurer_name, n.code AS rule_insurer, n.name AS rule_insurer_name,
       x.cause, x.found_on
FROM insurer_conflict x
JOIN policy p ON p.id = x.policy_id AND p.stands
JOIN insurer_rule u ON u.county_code = p.county_code AND u.cover = p.cover AND u.period @> lower(p.period) AND u.insurer_id <> p.insurer_id
JOIN insurer i ON i.id = p.insurer_id
JOIN insurer n ON n.id = u.insurer_id
JOIN region r ON r.code = p.county_code
JOIN region t ON t.code = p.town_code
JOIN project j ON j.id = p.project_id
WHERE ($1::text IS NULL OR p.county_code = $1) AND ($2::bigint[] IS NULL OR p.id = ANY ($2))
ORDER BY p.county_code, p.cover, p.id
