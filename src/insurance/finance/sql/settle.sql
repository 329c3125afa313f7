-- Payouts become settled on the day of their lines (staged), all at once; answers those that were still released.
UPDATE payout p
SET state = 'SETTLED', settled_on = n.booked_on, version = p.version + 1
FROM found_match n
WHERE p.id = n.payout_id AND p.state = 'RELEASED'
RETURNING p.id
