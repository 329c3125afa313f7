-- Where each staged row belongs, and what would become of it. CLASH: the project's key stands in another town.
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT s.ordinal, s.project_key, p.id AS project_id, a.id AS asset_id,
       CASE WHEN p.town_code <> s.town_code THEN 'CLASH' WHEN a.id IS NULL THEN 'CREATED'
            WHEN a.row_digest = s.digest THEN 'UNCHANGED' ELSE 'UPDATED' END AS outcome
FROM staged_row s
LEFT JOIN project p ON p.register_key = s.project_key
LEFT JOIN asset a ON a.project_id = p.id AND a.register_key = s.asset_key;
ANALYZE placed;
