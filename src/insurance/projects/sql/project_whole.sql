-- One project with everything that hangs on it, as JSON; $1 id. Decimals travel as text. An insurer whose grant has ended sees what stood
-- at its end (z).
SELECT to_jsonb(p) || jsonb_build_object(
    'county', c.name, 'town', t.name,
    'owner', (SELECT to_jsonb(w) FROM party w WHERE w.id = p.owner_party_id),
    'operator', (SELECT to_jsonb(w) FROM party w WHERE w.id = p.operator_party_id),
    'assets', (SELECT coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object(
            'quantity', a.quantity::text, 'residual_rate', trim_scale(a.residual_rate)::text,
            'funds', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.fund, f.level), '[]') FROM (
                SELECT f.* FROM funding f WHERE f.asset_id = a.id AND z.before IS NULL
                UNION ALL SELECT f.* FROM jsonb_populate_recordset(NULL::funding, z.before -> 'funding') f WHERE f.asset_id = a.id) f)
        ) ORDER BY a.id), '[]') FROM assets_seen() a WHERE a.project_id = p.id),
    'rights', (SELECT coalesce(jsonb_agg(jsonb_build_object('right', h.right_kind, 'from_on', h.from_on, 'until_on', h.until_on,
            'party', to_jsonb(w)) ORDER BY h.right_kind, h.id), '[]')
        FROM (SELECT r.* FROM right_holding r WHERE r.project_id = p.id AND z.before IS NULL
              UNION ALL SELECT r.* FROM jsonb_populate_recordset(NULL::right_holding, z.before -> 'rights') r) h
        JOIN party w ON w.id = h.party_id),
    'impairments', (SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.from_on, i.id), '[]') FROM impairments_seen() i
        WHERE i.project_id = p.id),
    'declared_covers', (SELECT coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('starts_on', lower(d.period), 'ends_before', upper(d.period))
        ORDER BY d.id), '[]') FROM (SELECT e.* FROM declared_cover e WHERE e.project_id = p.id AND z.before -> 'declared' IS NULL
              UNION ALL SELECT e.* FROM jsonb_populate_recordset(NULL::declared_cover, z.before -> 'declared') e) d)
) AS whole
FROM project q
LEFT JOIN (SELECT f.project_id, f.before FROM frozen_projects() f WHERE (SELECT scope_insurer()) <> '*') z ON z.project_id = q.id
CROSS JOIN LATERAL jsonb_populate_record(q, z.before -> 'project') p
JOIN region c ON c.code = p.county_code
JOIN region t ON t.code = p.town_code
WHERE q.id = $1
