-- Keep what stands now of projects about to be changed; $1 ids, $2 business day, $3 who.
INSERT INTO project_change (project_id, region_path, version, business_on, made_by, before)
SELECT p.id, p.region_path, p.version, $2, $3, jsonb_build_object(
    'project', to_jsonb(p) - 'county_code' - 'town_code',
    'assets', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.id), '[]') FROM asset a WHERE a.project_id = p.id),
    'funding', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.id), '[]') FROM funding f WHERE f.project_id = p.id),
    'impairments', (SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.id), '[]') FROM impairment i WHERE i.project_id = p.id),
    'declared', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.id), '[]') FROM declared_cover d WHERE d.project_id = p.id),
    'rights', (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.id), '[]') FROM right_holding h WHERE h.project_id = p.id))
FROM project p
WHERE p.id = ANY ($1)
