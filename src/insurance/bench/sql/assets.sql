-- As many assets of every project, project by project. $1 how many each
INSERT INTO asset (id, project_id, region_path, register_key, name, cost_fen, residual_rate, life_months, in_use_on, regime)
SELECT n, p.id, p.region_path, 'a' || n, '资产' || n, 1000000 + (n * 7919) % 90000000, 0.05, 60 + (n % 5) * 24,
    DATE '2012-01-15' + (n % 2500)::integer,
    CASE p.ownership WHEN 'STATE' THEN 'GOV' WHEN 'COOP' THEN 'ENT' ELSE 'RURAL2004' END
FROM project p, LATERAL (SELECT (p.id - 1) * $1::bigint + k AS n FROM generate_series(1, $1::integer) k) each
ORDER BY n
