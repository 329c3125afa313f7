-- The shares of a movement, by policy. $1 movement
SELECT s.policy_id, s.payer, s.amount_fen, s.region_path, s.insurer_id, p.number
FROM premium_move_share s JOIN policy p ON p.id = s.policy_id
WHERE s.move_id = $1
ORDER BY s.policy_id, s.payer
