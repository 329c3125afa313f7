-- The policies that stand for projects, whatever their period. $1 projects
SELECT p.project_id, p.cover, p.number, lower(p.period) AS starts_on, upper(p.period) AS ends_before
FROM policy p
WHERE p.project_id = ANY ($1::bigint[]) AND p.stands
ORDER BY p.id
