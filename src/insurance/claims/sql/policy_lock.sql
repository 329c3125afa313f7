-- Hold the policy of a claim: what its claims may still take together is decided one after the other. $1 claim
SELECT p.id FROM policy p JOIN claim c ON c.policy_id = p.id WHERE c.id = $1 FOR NO KEY UPDATE OF p
