-- Endorsements with the names beside their numbers, oldest first. $1 policy or null, $2 one endorsement or null, $3 kind or null
SELECT e.id, e.number, e.policy_id, p.number AS policy_number, p.cover, e.policy_version, e.kind, e.ground, e.effective_on, e.made_on,
       e.terms_version, e.terms_checksum, e.reason, e.document_id, d.file_name AS document_name, e.claim_id, e.inputs, e.basis, e.steps,
       e.judgement, e.notes, e.charged_fen, e.returned_fen, e.premium_before_fen, e.premium_after_fen, e.sum_before_fen, e.sum_after_fen,
       b.name AS insured_before, a.name AS insured_after, e.ends_before,
       (SELECT n.display_name FROM user_names(ARRAY[e.made_by]) n) AS made_by_name,
       (SELECT coalesce(jsonb_object_agg(s.payer, s.amount_fen), '{}') FROM endorsement_share s WHERE s.endorsement_id = e.id) AS shares,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('item', l.policy_item_id, 'asset', t.asset_id, 'name', coalesce(x.name, ''),
                   'charged_fen', l.charged_fen, 'returned_fen', l.returned_fen, 'restored_fen', l.restored_fen) ORDER BY l.policy_item_id), '[]')
        FROM endorsement_line l JOIN policy_item t ON t.id = l.policy_item_id LEFT JOIN asset x ON x.id = t.asset_id
        WHERE l.endorsement_id = e.id) AS lines,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('item', t.id, 'asset', t.asset_id, 'name', coalesce(x.name, ''),
                   'sum_insured_fen', t.sum_insured_fen, 'premium_fen', t.premium_fen) ORDER BY t.id), '[]')
        FROM policy_item t LEFT JOIN asset x ON x.id = t.asset_id WHERE t.added_by = e.id) AS added,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('item', t.id, 'asset', t.asset_id, 'name', coalesce(x.name, ''),
                   'sum_insured_fen', t.sum_insured_fen, 'premium_fen', t.premium_fen) ORDER BY t.id), '[]')
        FROM policy_item t LEFT JOIN asset x ON x.id = t.asset_id WHERE t.ended_by = e.id) AS ended
FROM endorsement e
JOIN policy p ON p.id = e.policy_id
LEFT JOIN document d ON d.id = e.document_id
LEFT JOIN party b ON b.id = e.insured_before_id
LEFT JOIN party a ON a.id = e.insured_after_id
WHERE ($1::bigint IS NULL OR e.policy_id = $1) AND ($2::bigint IS NULL OR e.id = $2) AND ($3::text IS NULL OR e.kind = $3)
ORDER BY e.id
