-- The rows of a list in file order, each with the claim it names. $1 list, $2 after this ordinal, $3 how many
SELECT r.*, c.id AS claim_id
FROM insurer_list_row r
LEFT JOIN claim c ON c.number = r.claim_number AND c.insurer_id = r.insurer_id
WHERE r.list_id = $1 AND r.ordinal > $2
ORDER BY r.ordinal
LIMIT $3
