-- The bank has booked them (staged): a direct payout's open pending transfer is posted on the day of its line; one that the programme's own
-- account paid leaves the bank (1901 to 1001), its pending transfer having been posted at the release. $1 by
INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT 'POST', p.id, p.event, p.debit, p.credit, p.amount_fen, n.booked_on, p.subject, p.region_path, p.insurer_id, $1::bigint
FROM found_match n
JOIN payout o ON o.id = n.payout_id AND o.mode = 'DIRECT'
JOIN transfer p ON p.subject = 'payout:' || n.payout_id AND p.kind = 'PENDING'
WHERE NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = p.id)
UNION ALL
SELECT 'POSTED', NULL, 'PAYOUT_BOOKED', '1901', '1001', o.amount_fen, n.booked_on, 'payout:' || o.id, o.region_path, o.insurer_id, $1
FROM found_match n
JOIN payout o ON o.id = n.payout_id AND o.mode = 'AGENT'
