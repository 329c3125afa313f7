-- Insured parties of policies by their names. $1 name keys
SELECT DISTINCT o.id, o.name, o.name_key
FROM policy p JOIN party o ON o.id = p.insured_party_id
WHERE o.name_key = ANY ($1::text[])
ORDER BY o.id
