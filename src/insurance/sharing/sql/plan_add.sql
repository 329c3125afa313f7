-- A further version of a project's plan; answers its id. The unique ordinal refuses a twin.
INSERT INTO sharing_plan (project_id, region_path, ordinal, from_on, shown_on, voted_on, document_id, reserve_per_mille, note, entered_by,
                          entered_at, entered_on)
SELECT $1, $2, 1 + count(*), $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM sharing_plan WHERE project_id = $1
RETURNING id
