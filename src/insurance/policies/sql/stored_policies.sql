-- Policies as they were sold, with the sums of their parts, for the check of every amount: what endorsements did to sums, premium and
-- period since is taken off again (`sql/stored_endorsements.sql` checks it by itself). $1 after this id, $2 how many
SELECT p.id, p.number, p.cover, lower(p.period) AS starts_on, p.sold_before AS ends_before, p.terms_version, p.terms_checksum,
       (p.sum_insured_fen - coalesce(e.sum_fen, 0))::bigint AS sum_insured_fen, p.guaranteed_fen,
       (p.premium_fen - coalesce(e.premium_fen, 0))::bigint AS premium_fen, p.judgement, p.steps, p.opening, o.stated, o.assets, o.digest,
       coalesce((SELECT jsonb_agg(jsonb_build_object('asset_id', t.asset_id, 'net_value_fen', t.net_value_fen,
                    'sum_insured_fen', t.sum_insured_fen, 'premium_fen', t.premium_fen, 'value_from_on', t.value_from_on,
                    'regime_of_law', t.regime_of_law, 'month_values', t.month_values) ORDER BY t.id)
                 FROM policy_item t WHERE t.policy_id = p.id AND t.added_by IS NULL), '[]'::jsonb) AS items,
       coalesce((SELECT jsonb_object_agg(s.payer, s.amount_fen) FROM premium_share s WHERE s.policy_id = p.id), '{}'::jsonb) AS shares
FROM policy p
LEFT JOIN LATERAL (SELECT sum(e.sum_after_fen - e.sum_before_fen) AS sum_fen, sum(e.charged_fen - e.returned_fen) AS premium_fen
                   FROM endorsement e WHERE e.policy_id = p.id) e ON true
LEFT JOIN policy_opening o ON o.policy_id = p.id
WHERE p.id > $1
ORDER BY p.id
LIMIT $2
