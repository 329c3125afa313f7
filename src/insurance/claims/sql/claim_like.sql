-- The live claim that stands in the way of a new one: same policy, disaster, peril and day of loss. $5 not this one
SELECT c.number FROM claim c
WHERE c.live AND c.policy_id = $1 AND c.disaster_id IS NOT DISTINCT FROM $2 AND c.peril = $3 AND c.loss_on = $4
  AND c.id IS DISTINCT FROM $5::bigint
