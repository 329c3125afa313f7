-- Claims whose state or paid amount is no longer what the bank says of their parts.
WITH watched AS (
    SELECT c.id FROM claim c WHERE c.approved_fen IS NOT NULL AND c.state <> 'CLOSED'
    UNION
    SELECT t.claim_id FROM claim_part t JOIN claim c ON c.id = t.claim_id WHERE t.kind = 'INTERIM' AND c.state <> 'CLOSED'
    UNION
    SELECT t.claim_id FROM payout o JOIN claim_part t ON t.id = o.part_id WHERE o.state = 'RETURNED'  -- also of closed claims
), booked AS (
    SELECT t.claim_id, bool_or(t.kind = 'FINAL') AS final, bool_and(s.arrived) AS whole,
           coalesce(sum(t.amount_fen) FILTER (WHERE s.arrived), 0) AS paid_fen
    FROM watched w
    JOIN claim_part t ON t.claim_id = w.id
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM payout o WHERE o.part_id = t.id AND o.state = 'SETTLED') AS arrived) s
    GROUP BY t.claim_id
)
SELECT c.id
FROM booked b JOIN claim c ON c.id = b.claim_id
WHERE c.paid_fen <> b.paid_fen + c.opening_paid_fen OR (c.state = 'PAYING' AND b.final AND b.whole) OR (c.state = 'PAID' AND NOT b.whole)
ORDER BY c.id
