-- The bank has booked them: each payout's open pending transfer is posted on the day of its line.
INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT 'POST', p.id, p.event, p.debit, p.credit, p.amount_fen, n.booked_on, p.subject, p.region_path, p.insurer_id, $3
FROM unnest($1::bigint[], $2::date[]) AS n (payout_id, booked_on)
JOIN transfer p ON p.subject = 'payout:' || n.payout_id AND p.kind = 'PENDING'
WHERE NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = p.id)
