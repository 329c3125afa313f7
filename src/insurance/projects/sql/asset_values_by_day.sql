-- The assets that stand, each project on a day of its own, with what their value rests on; $1 project ids, $2 their days, in step.
SELECT asked.day, b.asset_id, b.project_id, a.name, a.code, a.cost_fen AS stated_cost_fen, a.in_use_on AS stated_in_use_on,
       a.life_months AS stated_life_months, a.situation, b.cost_fen, b.residual_millionths, b.life_months, b.in_use_on, b.regime, b.impairment_fen,
       b.known
FROM (SELECT DISTINCT day FROM unnest($2::date[]) day) one
CROSS JOIN LATERAL asset_basis(one.day) b
JOIN unnest($1::bigint[], $2::date[]) asked (project_id, day) ON asked.project_id = b.project_id AND asked.day = one.day
JOIN assets_seen() a ON a.id = b.asset_id
ORDER BY asked.day, b.project_id, b.asset_id
