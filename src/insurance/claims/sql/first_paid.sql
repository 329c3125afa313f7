-- The day on which the first money of a claim reached the insured, here or before it was taken over; null before. $1 claim
SELECT least(c.opening_paid_on, (SELECT min(o.settled_on) FROM claim_part t JOIN payout o ON o.part_id = t.id
                                 WHERE t.claim_id = c.id AND o.state = 'SETTLED'))
FROM claim c
WHERE c.id = $1
