-- Payouts become settled on the day of their lines, all at once; answers those that were still released.
UPDATE payout p
SET state = 'SETTLED', settled_on = n.booked_on, version = p.version + 1
FROM unnest($1::bigint[], $2::date[]) AS n (id, booked_on)
WHERE p.id = n.id AND p.state = 'RELEASED'
RETURNING p.id, p.part_id, p.amount_fen, p.region_path, p.insurer_id, p.settled_on
