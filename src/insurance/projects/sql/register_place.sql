-- Where each staged row belongs: its project and asset (ids drawn for new ones), and what becomes of it.
-- CLASH: the project's key stands in another town, or in one this office cannot see.
CREATE TEMP TABLE placed ON COMMIT DROP AS
WITH found AS (
    SELECT s.ordinal, s.project_key, p.id AS project_id, p.region_path, p.version, a.id AS asset_id,
           CASE WHEN p.town_code <> s.town_code THEN 'CLASH' WHEN a.id IS NULL THEN 'CREATED'
                WHEN a.row_digest = s.digest THEN 'UNCHANGED' ELSE 'UPDATED' END AS outcome
    FROM staged_row s
    LEFT JOIN project p ON p.register_key = s.project_key
    LEFT JOIN asset a ON a.project_id = p.id AND a.register_key = s.asset_key
)
SELECT f.ordinal, f.project_key, f.project_id, f.region_path, f.version AS project_version, f.asset_id, f.outcome,
       f.project_id IS NULL AS project_created
FROM found f;
ANALYZE placed;
