-- A payout and the claim it pays, held against a match being undone meanwhile. $1 payout
SELECT p.id, p.number, p.amount_fen, p.state, p.settled_on, c.id AS claim_id, c.number AS claim_number, c.project_id, c.cover
FROM payout p
JOIN claim_part t ON t.id = p.part_id
JOIN claim c ON c.id = t.claim_id
WHERE p.id = $1
FOR SHARE OF p
