-- What was found; the store adds condition and order.
SELECT f.id, f.claim_id, f.policy_id, f.kind, f.facts, f.document_ids, f.false_fen, f.found_on,
       (SELECT n.display_name FROM user_names(ARRAY[f.found_by]) n) AS found_by
FROM fraud_finding f
