-- New villages stand already. New projects; then every row knows its project, or clashes with one it may not see.
INSERT INTO project (id, code, register_key, name, region_path, village, taxonomy, asset_kind, ownership, operation, situation, built_year,
    title_on, title_paper, title_disputed, contract_number, contract_from, contract_until, households, people, annual_income_fen,
    distribution, stated_cover, source, first_import_id, registered_at)
SELECT nextval(pg_get_serial_sequence('project', 'id')), coalesce(s.code, s.town_code || '-' || lpad(nextval('project_number')::text, 6, '0')),
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

UPDATE placed c SET project_id = p.id, region_path = p.region_path, project_version = p.version
FROM project p JOIN staged_act w ON w.import_id = p.first_import_id
WHERE c.project_created AND c.outcome = 'CREATED' AND p.register_key = c.project_key;

UPDATE placed SET outcome = 'CLASH' WHERE project_id IS NULL;

CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT project_id FROM placed WHERE NOT project_created AND outcome IN ('CREATED', 'UPDATED');

ANALYZE placed;
ANALYZE touched;
