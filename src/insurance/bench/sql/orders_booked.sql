-- What the order of each payout has written to the books: a pending transfer.
INSERT INTO transfer (kind, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT 'PENDING', 'PAID_DIRECT', '2101', '1201', p.amount_fen, p.ordered_on, 'payout:' || p.id, p.region_path, p.insurer_id, p.ordered_by
FROM payout p ORDER BY p.id
