-- The insurer of a policy may see its project from the day of binding on, until its last policy ends. $1 policies, $2 the day
INSERT INTO project_grant (project_id, insurer_id, from_on, until_on)
SELECT n.project_id, n.insurer_id, $2::date, grant_end(n.project_id, n.insurer_id)
FROM (SELECT DISTINCT p.project_id, p.insurer_id
      FROM policy p WHERE p.id = ANY ($1::bigint[])) n
WHERE NOT EXISTS (SELECT FROM project_grant g WHERE g.project_id = n.project_id AND g.insurer_id = n.insurer_id)
ON CONFLICT DO NOTHING
