-- Projects over all towns. $1 how many, $2 paths of the towns
INSERT INTO project (id, code, register_key, name, region_path, village, taxonomy, asset_kind, ownership, operation, situation, title_on,
    link_agreement, insurable_interest, households, income_basis, income_basis_on, source, registered_at)
SELECT g, 'P' || g, 'p' || g, '第' || g || '号大棚项目', ($2::text[])[1 + g % 66], '', 'GREENHOUSE', 'OPERATING',
    (ARRAY['VILLAGE', 'TOWN', 'COOP', 'STATE'])[1 + g % 4], 'SELF', 'RUNNING', '2017-01-01', true, true, 12, 'AGREEMENT', '2018-01-01',
    'IMPORT', '2018-12-01 09:00+08'
FROM generate_series(1, $1::integer) g
