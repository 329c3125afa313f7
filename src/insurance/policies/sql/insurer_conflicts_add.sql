-- Write down the policies that stand with another insurer than the rule of their first day names; those found before stay as they are.
-- $1 counties, $2 covers, in step, or null for all, $3 policies or null for all, $4 CHOSEN or RULE, $5 the day, $6 found by
INSERT INTO insurer_conflict (policy_id, region_path, insurer_id, cause, found_on, found_by)
SELECT p.id, p.region_path, p.insurer_id, $4, $5, $6
FROM policy p
JOIN insurer_rule u ON u.county_code = p.county_code AND u.cover = p.cover AND u.period @> lower(p.period)
WHERE p.stands AND NOT p.opening AND p.insurer_id <> u.insurer_id
  AND ($1::text[] IS NULL OR (p.county_code, p.cover) IN (SELECT * FROM unnest($1::text[], $2::text[])))
  AND ($3::bigint[] IS NULL OR p.id = ANY ($3))
ON CONFLICT DO NOTHING
RETURNING policy_id
