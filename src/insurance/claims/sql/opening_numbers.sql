-- Claims of the scope with these numbers, and the digest of what was first stated where they are opening facts. $1 numbers
SELECT c.number, o.digest
FROM claim c
LEFT JOIN claim_opening o ON o.claim_id = c.id AND o.version = 1
WHERE c.number = ANY ($1::text[])
