-- Lines of schedules, of policies just bound or of one just endorsed. $1 policies, $2 assets, $3 laws, $4 net values, $5 sums insured, $6 premiums, $7 first days,
-- $8 month tables ('{1,2}'), $9 steps; for all of them $10 the endorsement or null
INSERT INTO policy_item (policy_id, project_id, asset_id, region_path, insurer_id, regime_of_law, net_value_fen, sum_insured_fen,
                         premium_fen, value_from_on, month_values, steps, added_by)
SELECT p.id, p.project_id, n.asset_id, p.region_path, p.insurer_id, n.regime_of_law, n.net_value_fen, n.sum_insured_fen,
       n.premium_fen, n.value_from_on, n.month_values::bigint[], n.steps::jsonb, $10::bigint
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::date[], $8::text[], $9::text[])
     WITH ORDINALITY AS n (policy_id, asset_id, regime_of_law, net_value_fen, sum_insured_fen, premium_fen, value_from_on, month_values,
                           steps, place)
JOIN policy p ON p.id = n.policy_id
ORDER BY n.place
