-- paid_fen of a claim is the sum of its settled payouts, and what was paid before it was taken over; a claim is PAID when every part is
-- settled.
WITH part AS (
    SELECT r.claim_id, sum(r.amount_fen) AS approved_fen, coalesce(sum(p.amount_fen), 0) AS paid_fen
    FROM claim_part r LEFT JOIN payout p ON p.part_id = r.id AND p.state = 'SETTLED' GROUP BY r.claim_id
)
SELECT 'claim ' || c.number || ' is ' || c.state || ' and paid ' || c.paid_fen || ' fen, its payouts settled ' || coalesce(t.paid_fen, 0) AS offence
FROM claim c LEFT JOIN part t ON t.claim_id = c.id
WHERE c.paid_fen <> coalesce(t.paid_fen, 0) + c.opening_paid_fen
   OR (c.state = 'PAID' AND c.paid_fen <> coalesce(t.approved_fen, 0) + c.opening_paid_fen)
