-- Premium of the old insurers' policies that the books still show as due (1101 subsidies, 1102 the insured's own part), policy by policy,
-- and who bears the subsidy. $1 counties, $2 covers, $3 old insurers, in step, $4 the day
SELECT p.id, p.number, p.county_code, p.cover, j.code AS project_code, j.name AS project_name, p.premium_fen, b.subsidy_fen, b.insured_fen,
       (SELECT coalesce(jsonb_object_agg(s.payer, s.amount_fen), '{}') FROM (
            SELECT x.payer, sum(x.amount_fen)::bigint AS amount_fen
            FROM (SELECT payer, amount_fen FROM premium_share WHERE policy_id = p.id
                  UNION ALL SELECT payer, amount_fen FROM endorsement_share WHERE policy_id = p.id) x
            GROUP BY x.payer) s) AS shares
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n (county_code, cover, insurer_id)
JOIN policy p ON p.county_code = n.county_code AND p.cover = n.cover AND p.insurer_id = n.insurer_id
JOIN project j ON j.id = p.project_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN t.debit = '1101' THEN t.amount_fen WHEN t.credit = '1101' THEN -t.amount_fen END), 0)::bigint AS subsidy_fen,
           coalesce(sum(CASE WHEN t.debit = '1102' THEN t.amount_fen WHEN t.credit = '1102' THEN -t.amount_fen END), 0)::bigint AS insured_fen
    FROM transfer t WHERE t.subject = 'policy:' || p.id AND t.kind IN ('POSTED', 'POST')
) b
WHERE lower(p.period) < $4 AND (b.subsidy_fen <> 0 OR b.insured_fen <> 0)
ORDER BY p.county_code, p.cover, p.id
