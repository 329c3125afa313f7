-- The policies of the scope that past claims are made under, with their schedules and the law of their items. $1 numbers
SELECT p.id, p.number, p.region_path, p.insurer_id, p.cover, p.terms_version, p.terms_checksum, lower(p.period) AS starts_on,
       upper(p.period) AS ends_before, p.stands, p.sum_insured_fen, j.taxonomy,
       ARRAY(SELECT DISTINCT t.regime_of_law FROM policy_item t WHERE t.policy_id = p.id ORDER BY 1) AS regimes,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'asset_code', s.code, 'asset_name', s.name, 'sum_insured_fen', t.sum_insured_fen,
                    'value_from_on', t.value_from_on, 'until_on', t.until_on) ORDER BY t.id)
                 FROM policy_item t JOIN asset s ON s.id = t.asset_id WHERE t.policy_id = p.id), '[]'::jsonb) AS items
FROM policy p
JOIN project j ON j.id = p.project_id
WHERE p.number = ANY ($1::text[]) AND p.state <> 'PROPOSED'
