-- The dues of a policy booked by a day, by payer and day. $1 policy, $2 day
SELECT d.payer, d.booked_on, d.amount_fen
FROM premium_due d
WHERE d.policy_id = $1 AND d.booked_on <= $2
ORDER BY d.payer, d.booked_on, d.endorsement_id
