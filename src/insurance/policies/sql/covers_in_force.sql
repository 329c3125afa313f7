-- The policies of projects that cover a day and were bound by it. $1 projects, $2 the day
SELECT p.project_id, p.cover, p.id, p.number, p.insurer_id, lower(p.period) AS starts_on, upper(p.period) AS ends_before
FROM policy p
WHERE p.project_id = ANY ($1::bigint[]) AND p.period @> $2::date AND p.bound_on <= $2 AND p.stands
