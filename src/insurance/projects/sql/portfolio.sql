-- What the value of every asset of a region rests on, in fixed widths for COPY in binary; $1 the day, $2 the region's path,
-- $3 project ids or null for all.
SELECT b.project_id, b.cost_fen, b.impairment_fen, b.residual_millionths, b.life_months,
       (b.in_use_on - DATE '1970-01-01')::integer AS in_use_day, b.regime, b.known::integer::smallint AS known
FROM asset_basis($1) b
WHERE b.region_path ^@ $2
  AND ($3::bigint[] IS NULL OR b.project_id = ANY ($3))
