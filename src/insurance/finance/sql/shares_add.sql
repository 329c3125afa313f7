-- Matches that a person confirmed together: one group. $1 lines, $2 payouts, $3 amounts, $4 fees, $5 rule, $6 reason, $7 by, $8 at,
-- $9 what is over
WITH g AS MATERIALIZED (SELECT nextval('bank_match_group') AS no)
INSERT INTO bank_match (line_id, payout_id, rule, confidence, reason, made_by, made_at, booked_on, amount_fen, fee_fen, surplus_fen, group_no)
SELECT n.line_id, n.payout_id, $5, 'CONFIRMED', $6, $7, $8, l.booked_on, n.amount_fen, n.fee_fen, n.surplus_fen, g.no
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $9::bigint[]) AS n (line_id, payout_id, amount_fen, fee_fen, surplus_fen)
JOIN bank_line l ON l.id = n.line_id
CROSS JOIN g
