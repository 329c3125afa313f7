-- What the bank has booked by a day, per county and month of booking. A payout that came back counts until the day it came back;
-- one whose match was undone has no day of settling and does not count at all. What was paid of past claims before they were taken over
-- counts by its own day, as it was stated last.
-- $1 day, $2 county or null, $3 town or null, $4 insurer or null
SELECT county_code, month, sum(paid_fen)::bigint AS paid_fen FROM (
SELECT p.county_code, date_trunc('month', p.settled_on)::date AS month, p.amount_fen AS paid_fen
FROM payout p
WHERE p.settled_on <= $1
  AND (p.state = 'SETTLED' OR p.state = 'RETURNED' AND (
        SELECT max(t.booked_on) FROM transfer t WHERE t.subject = 'payout:' || p.id AND t.event = 'REVERSAL') > $1)
  AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR split_part(p.region_path, '/', 3) = $3)
  AND ($4::bigint IS NULL OR p.insurer_id = $4)
UNION ALL
SELECT c.county_code, date_trunc('month', c.opening_paid_on)::date, c.opening_paid_fen
FROM claim c
WHERE c.opening_paid_fen > 0 AND c.opening_paid_on <= $1
  AND ($2::text IS NULL OR c.county_code = $2) AND ($3::text IS NULL OR c.town_code = $3) AND ($4::bigint IS NULL OR c.insurer_id = $4)
) p GROUP BY county_code, month
