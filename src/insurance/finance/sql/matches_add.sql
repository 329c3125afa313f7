-- Matches of whole lines with whole orders, each alone.
INSERT INTO bank_match (line_id, payout_id, rule, confidence, reason, made_by, made_at, booked_on, amount_fen)
SELECT n.line_id, n.payout_id, n.rule, n.confidence, n.reason, $6, $7, l.booked_on, l.amount_fen
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[]) AS n (line_id, payout_id, rule, confidence, reason)
JOIN bank_line l ON l.id = n.line_id
