-- Policies of the scope with these numbers, and the digest of what was stated where they are opening facts. $1 numbers
SELECT p.number, o.digest
FROM policy p
LEFT JOIN policy_opening o ON o.policy_id = p.id
WHERE p.number = ANY ($1::text[])
