-- Insured parties with premium that is open either way at the end of a day, by name. $1 day
SELECT DISTINCT o.id, o.name, o.name COLLATE "C" AS placed
FROM premium_standing($1) s
JOIN policy p ON p.id = s.policy_id
JOIN party o ON o.id = p.insured_party_id
WHERE s.payer = 'INSURED' AND s.open_fen <> 0
ORDER BY placed, o.id
