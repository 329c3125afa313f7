-- Staged matches of whole lines with whole orders, each alone. $1 by, $2 at
INSERT INTO bank_match (line_id, payout_id, rule, confidence, reason, made_by, made_at, booked_on, amount_fen)
SELECT n.line_id, n.payout_id, n.rule, n.confidence, n.reason, $1, $2, n.booked_on, n.amount_fen
FROM found_match n
