-- Which claim each part belongs to, with its number. $1 parts
SELECT p.id AS part_id, c.id AS claim_id, c.number
FROM claim_part p JOIN claim c ON c.id = p.claim_id
WHERE p.id = ANY ($1::bigint[])
