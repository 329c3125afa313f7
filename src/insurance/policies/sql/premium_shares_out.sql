-- The shares of a movement. $1 movement, $2 kind, $3 direct, $4 day; of each share $5 policy, $6 payer, $7 amount
INSERT INTO premium_move_share (move_id, policy_id, region_path, insurer_id, payer, kind, direct, amount_fen, booked_on)
SELECT $1, p.id, p.region_path, p.insurer_id, n.payer, $2, $3, n.amount_fen, $4
FROM unnest($5::bigint[], $6::text[], $7::bigint[]) AS n (policy_id, payer, amount_fen)
JOIN policy p ON p.id = n.policy_id
ORDER BY p.id, n.payer
