-- Endorsements as they were stored, with the sums of their parts, for the check of every amount. $1 after this id, $2 how many
SELECT e.id, e.number, p.number AS policy_number, p.cover, e.kind, e.terms_version, e.terms_checksum, e.basis, e.steps, e.charged_fen,
       e.returned_fen, e.sum_before_fen, e.sum_after_fen,
       coalesce((SELECT jsonb_object_agg(s.payer, s.amount_fen) FROM endorsement_share s WHERE s.endorsement_id = e.id), '{}') AS shares,
       coalesce((SELECT jsonb_agg(jsonb_build_object('policy_item_id', l.policy_item_id, 'charged_fen', l.charged_fen, 'returned_fen',
                    l.returned_fen, 'restored_fen', l.restored_fen) ORDER BY l.policy_item_id)
                 FROM endorsement_line l WHERE l.endorsement_id = e.id), '[]') AS lines,
       coalesce((SELECT jsonb_agg(jsonb_build_object('asset_id', t.asset_id, 'net_value_fen', t.net_value_fen, 'sum_insured_fen',
                    t.sum_insured_fen, 'premium_fen', t.premium_fen, 'regime_of_law', t.regime_of_law, 'month_values', t.month_values)
                    ORDER BY t.id)
                 FROM policy_item t WHERE t.added_by = e.id), '[]') AS added,
       (SELECT coalesce(sum(t.sum_insured_fen), 0) FROM policy_item t WHERE t.ended_by = e.id)::bigint AS ended_sum_fen
FROM endorsement e
JOIN policy p ON p.id = e.policy_id
WHERE e.id > $1
ORDER BY e.id
LIMIT $2
