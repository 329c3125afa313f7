-- One rule, held until the end of the transaction. $1 its id
SELECT u.id, u.county_code, u.cover, u.insurer_id, lower(u.period) AS from_on
FROM insurer_rule u
WHERE u.id = $1
FOR UPDATE
