-- A new asset of a project from its columns as JSON ($1).
INSERT INTO asset (project_id, region_path, register_key, code, name, specification, place, quantity, unit, asset_class, cost_fen,
    residual_rate, life_months, in_use_on, regime, situation)
SELECT r.project_id, r.region_path, r.register_key, r.code, r.name, coalesce(r.specification, ''), coalesce(r.place, ''), r.quantity,
    coalesce(r.unit, ''), r.asset_class, r.cost_fen, r.residual_rate, r.life_months, r.in_use_on, r.regime, r.situation
FROM jsonb_populate_record(NULL::asset, $1) r
RETURNING id
