-- Every version of what was stated of a past claim, oldest first, with who entered it and why. $1 claim
SELECT o.version, o.claim_version, o.import_id, o.outcome, o.loss_on, o.reported_fen, o.reserve_fen, o.assessed_fen, o.approved_fen, o.paid_fen,
       o.paid_on, o.ended_on, o.payee_name, o.note, o.item_ids, o.items_fen, o.digest, e.reason, n.display_name AS entered_by, o.entered_on
FROM claim_opening o
JOIN claim_event e ON e.claim_id = o.claim_id AND e.claim_version = o.claim_version
LEFT JOIN LATERAL user_names(ARRAY[o.entered_by]) n ON true
WHERE o.claim_id = $1
ORDER BY o.version
