-- The assets of some projects that stand on a day, with what their value rests on; $1 project ids, $2 the day.
SELECT b.asset_id, b.project_id, a.name, a.code, a.cost_fen AS stated_cost_fen, a.in_use_on AS stated_in_use_on, a.life_months AS stated_life_months,
       a.situation, b.cost_fen, b.residual_millionths, b.life_months, b.in_use_on, b.regime, b.impairment_fen, b.known
FROM asset_basis($2) b
JOIN assets_seen() a ON a.id = b.asset_id
WHERE b.project_id = ANY ($1)
ORDER BY b.project_id, b.asset_id
