-- One project with everything that hangs on it, as JSON; $1 id. Decimals travel as text.
SELECT to_jsonb(p) || jsonb_build_object(
    'county', c.name, 'town', t.name,
    'owner', (SELECT to_jsonb(w) FROM party w WHERE w.id = p.owner_party_id),
    'operator', (SELECT to_jsonb(w) FROM party w WHERE w.id = p.operator_party_id),
    'assets', (SELECT coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object(
            'quantity', a.quantity::text, 'residual_rate', trim_scale(a.residual_rate)::text,
            'funds', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.fund, f.level), '[]') FROM funding f WHERE f.asset_id = a.id)
        ) ORDER BY a.id), '[]') FROM asset a WHERE a.project_id = p.id),
    'rights', (SELECT coalesce(jsonb_agg(jsonb_build_object('right', h.right_kind, 'from_on', h.from_on, 'until_on', h.until_on,
            'party', to_jsonb(w)) ORDER BY h.right_kind, h.id), '[]')
        FROM right_holding h JOIN party w ON w.id = h.party_id WHERE h.project_id = p.id),
    'impairments', (SELECT coalesce(jsonb_agg(to_jsonb(i) ORDER BY i.from_on, i.id), '[]') FROM impairment i WHERE i.project_id = p.id),
    'declared_covers', (SELECT coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('starts_on', lower(d.period), 'ends_before', upper(d.period))
        ORDER BY d.id), '[]') FROM declared_cover d WHERE d.project_id = p.id)
) AS whole
FROM project p
JOIN region c ON c.code = p.county_code
JOIN region t ON t.code = p.town_code
WHERE p.id = $1
