-- What had come in of a policy by a day, as it is known now, less what went back to the payer: a line taken back since was never premium.
-- $1 policy, $2 day
SELECT s.payer, sum(CASE s.kind WHEN 'RECEIVED' THEN s.amount_fen ELSE -s.amount_fen END)::bigint AS fen
FROM premium_move_share s
WHERE s.policy_id = $1 AND s.kind IN ('RECEIVED', 'PAID_BACK') AND s.undone_on IS NULL AND s.booked_on <= $2
GROUP BY s.payer
