-- Recoveries with what their movements come to; the store adds condition and order.
SELECT r.id, r.claim_id, r.claim_version, r.kind, r.counterparty, r.basis, r.expected_fen, r.since_on, r.decision_id, r.fraud_finding_id,
       r.opened_on, (SELECT n.display_name FROM user_names(ARRAY[r.opened_by]) n) AS opened_by, m.received_fen, m.written_off_fen, m.reduced_fen,
       m.movements
FROM recovery r
CROSS JOIN LATERAL (
    SELECT coalesce(sum(v.amount_fen) FILTER (WHERE v.kind = 'RECEIVED'), 0)::bigint AS received_fen,
           coalesce(sum(v.amount_fen) FILTER (WHERE v.kind = 'WRITTEN_OFF'), 0)::bigint AS written_off_fen,
           coalesce(sum(v.amount_fen) FILTER (WHERE v.kind = 'REDUCED'), 0)::bigint AS reduced_fen,
           coalesce(jsonb_agg(jsonb_build_object('kind', v.kind, 'amount_fen', v.amount_fen, 'left_fen', v.left_fen, 'moved_on', v.moved_on,
               'reason', v.reason, 'made_by', n.display_name) ORDER BY v.ordinal) FILTER (WHERE v.id IS NOT NULL), '[]') AS movements
    FROM recovery_movement v LEFT JOIN LATERAL user_names(ARRAY[v.made_by]) n ON true
    WHERE v.recovery_id = r.id
) m
