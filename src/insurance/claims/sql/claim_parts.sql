-- The money of claims part by part, each with its newest order. $1 claims
SELECT t.claim_id, t.id, t.kind, t.ordinal, t.amount_fen, t.approved_on, t.payee_account_id,
       o.id AS payout_id, o.number AS payout_number, o.state AS payout_state, o.version AS payout_version, o.settled_on, o.part_version
FROM claim_part t
LEFT JOIN LATERAL (SELECT * FROM payout WHERE payout.part_id = t.id ORDER BY payout.id DESC LIMIT 1) o ON true
WHERE t.claim_id = ANY ($1::bigint[])
ORDER BY t.claim_id, t.approved_on, t.id
