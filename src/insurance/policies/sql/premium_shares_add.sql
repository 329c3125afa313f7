-- Who owes what of the premiums of policies just bound. $1 policies, $2 payers, $3 weights, $4 amounts
INSERT INTO premium_share (policy_id, region_path, insurer_id, payer, weight, amount_fen)
SELECT p.id, p.region_path, p.insurer_id, n.payer, n.weight, n.amount_fen
FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::bigint[]) AS n (policy_id, payer, weight, amount_fen)
JOIN policy p ON p.id = n.policy_id
