-- The insurer of a policy may see its project from the day of binding on. $1 policies, $2 the day
INSERT INTO project_grant (project_id, insurer_id, from_on)
SELECT DISTINCT p.project_id, p.insurer_id, $2::date
FROM policy p
WHERE p.id = ANY ($1::bigint[])
  AND NOT EXISTS (SELECT FROM project_grant g WHERE g.project_id = p.project_id AND g.insurer_id = p.insurer_id AND g.until_on IS NULL)
ON CONFLICT DO NOTHING
