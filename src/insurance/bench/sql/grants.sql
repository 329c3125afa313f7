-- Every insurer sees its projects.
INSERT INTO project_grant (project_id, insurer_id, from_on)
SELECT DISTINCT project_id, insurer_id, DATE '2018-12-20' FROM policy
