-- The asset claims that stand beside an income claim, as far as the reader may see them, with the lines of the assessment that counts.
-- $1 income claim, $2 and $3 first and last day, $4 laws whose items yield, $5 and $6 classes of assets that are
-- consumed and that bear the yield
SELECT c.id, c.number, c.state, i.name AS insurer_name, c.loss_on, c.peril, a.indemnity_fen, a.total_fen, a.payable_fen,
       coalesce((SELECT sum((r ->> 'rescue_fen')::bigint) FROM jsonb_array_elements(a.inputs -> 'given' -> 'lines') r), 0)::bigint AS rescue_fen,
       coalesce((SELECT sum((r ->> 'survey_fen')::bigint) FROM jsonb_array_elements(a.inputs -> 'given' -> 'lines') r), 0)::bigint AS survey_fen,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                     'name', coalesce(s.name, ''), 'yields', yields(
                         t, a.inputs -> 'given' -> 'lines' -> (l.ordinal - 1) ->> 'stage' IS NOT NULL, $4::text[], $5::text[], $6::text[]),
                     'loss_fen', l.loss_fen,
                     'salvage_fen', l.salvage_fen, 'indemnity_fen', l.net_fen,
                     'third_party_fen', coalesce((a.inputs -> 'given' -> 'lines' -> (l.ordinal - 1) ->> 'third_party_fen')::bigint, 0)) ORDER BY l.ordinal)
                 FROM assessment_line l JOIN policy_item t ON t.id = l.policy_item_id JOIN asset s ON s.id = t.asset_id
                 WHERE l.assessment_id = a.id), '[]') AS items
FROM asset_claims_beside($1, $2::date, $3::date) b
JOIN claim c ON c.id = b.claim_id
JOIN insurer i ON i.id = c.insurer_id
LEFT JOIN assessment a ON a.id = b.assessment_id
ORDER BY c.loss_on, c.id
