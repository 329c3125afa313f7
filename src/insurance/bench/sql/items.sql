-- One line of schedule for every asset cover: its project's first asset.
INSERT INTO policy_item (policy_id, project_id, asset_id, region_path, insurer_id, regime_of_law, net_value_fen, sum_insured_fen, premium_fen,
    value_from_on, month_values, steps)
SELECT p.id, p.project_id, p.project_id, p.region_path, p.insurer_id, 'AGRI_RELATED', 50000000, 50000000, 175000, '2019-01-01',
    array_fill(50000000::bigint, ARRAY[12]), '[]'
FROM policy p WHERE p.cover = 'INDUSTRY'
