-- A stamp of everything the register shows: it differs as soon as a project, a paper or a policy in scope is new, changed or gone.
-- $1 county, $2 town, $3 insurer of the reader (null leaves a condition out).
SELECT p.number AS projects, p.ids AS project_ids, p.versions AS project_versions, d.number AS papers, d.ids AS paper_ids,
       c.number AS policies, c.ids AS policy_ids, c.versions AS policy_versions, (SELECT count(*) FROM annual_account) AS accounts
FROM (SELECT count(*) AS number, sum(id) AS ids, sum(version) AS versions FROM project
      WHERE ($1::text IS NULL OR county_code = $1) AND ($2::text IS NULL OR town_code = $2)) p,
     (SELECT count(*) AS number, sum(id) AS ids FROM document WHERE subject_kind = 'project') d,
     (SELECT count(*) AS number, sum(id) AS ids, sum(version) AS versions FROM policy
      WHERE ($1::text IS NULL OR county_code = $1) AND ($2::text IS NULL OR town_code = $2) AND ($3::bigint IS NULL OR insurer_id = $3)) c
