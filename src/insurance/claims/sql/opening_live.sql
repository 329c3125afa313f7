-- The live claims of policies, by cause and day of loss. $1 policies
SELECT c.policy_id, c.peril, c.loss_on, c.number
FROM claim c
WHERE c.live AND c.policy_id = ANY ($1::bigint[])
