-- New villages stand already. New projects; then every row knows its project, or clashes with one it may not see.
INSERT INTO project (id, code, register_key, name, region_path, village, taxonomy, asset_kind, ownership, operation, situation, built_year,
    title_on, title_paper, title_disputed, contract_number, contract_from, contract_until, households, people, annual_income_fen,
    distribution, stated_cover, source, first_import_id, registered_at)
SELECT nextval('project_id_seq'), coalesce(s.code, s.town_code || '-' || lpad(nextval('project_number')::text, 6, '0')),
    s.project_key, s.name, coalesce(v.path, t.path), coalesce(s.village, ''), coalesce(s.taxonomy, 'OTHER'), s.asset_kind, s.ownership,
    s.operation, s.situation, s.built_year, s.title_on, s.title_paper, s.title_disputed, s.contract_number, s.contract_from,
    s.contract_until, s.households, s.people, s.annual_income_fen, s.distribution, coalesce(s.stated_cover::jsonb, '{}'), 'IMPORT',
    w.import_id, w.made_at
FROM staged_project s
CROSS JOIN staged_act w
JOIN region t ON t.code = s.town_code
LEFT JOIN region v ON v.parent_code = s.town_code AND v.name = s.village
WHERE NOT EXISTS (SELECT FROM project p WHERE p.register_key = s.project_key)
ON CONFLICT DO NOTHING;

-- CLASH: the key was taken by a project this office cannot see
CREATE TEMP TABLE stored ON COMMIT DROP AS
SELECT c.ordinal, c.project_key, p.id AS project_id, p.region_path, c.project_id IS NULL AS project_created,
       CASE WHEN p.id IS NULL THEN 'CLASH' ELSE c.outcome END AS outcome,
       CASE WHEN p.id IS NOT NULL AND c.asset_id IS NULL THEN nextval('asset_id_seq') ELSE c.asset_id END AS asset_id,
       p.version + (c.project_id IS NOT NULL)::integer AS project_version  -- a project that stood already goes up by one
FROM placed c LEFT JOIN project p ON p.register_key = c.project_key
WHERE c.outcome IN ('CREATED', 'UPDATED');

CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT project_id FROM stored WHERE NOT project_created AND outcome <> 'CLASH';

ANALYZE stored;
ANALYZE touched;
