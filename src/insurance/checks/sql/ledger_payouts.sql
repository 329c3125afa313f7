-- What the books show of a payout. Paid directly: posted less reversed is its amount once settled, else nothing; on its way it has one open
-- pending transfer. Paid by the programme's account: sent (2101 to 1901) once released, off the bank (1901 to 1001) once settled, and
-- back on it and owed again once returned; only the order awaits.
WITH book AS (
    SELECT t.subject,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.event = 'REVERSAL' THEN -t.amount_fen ELSE t.amount_fen END) AS posted_fen,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.debit = '2101' THEN t.amount_fen WHEN t.credit = '2101' THEN -t.amount_fen
               ELSE 0 END) AS discharged_fen,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.credit = '1001' THEN t.amount_fen WHEN t.debit = '1001' THEN -t.amount_fen
               ELSE 0 END) AS left_fen,
           sum(t.amount_fen) FILTER (WHERE t.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = t.id)) AS open_fen
    FROM transfer t WHERE t.subject LIKE 'payout:%' GROUP BY t.subject
)
SELECT 'payout ' || p.number || ' is ' || p.state || ' over ' || p.amount_fen || ' fen; the books have posted ' || coalesce(b.posted_fen, 0)
       || ' and await ' || coalesce(b.open_fen, 0) AS offence
FROM payout p LEFT JOIN book b ON b.subject = 'payout:' || p.id
WHERE p.mode = 'DIRECT' AND (
       coalesce(b.posted_fen, 0) <> CASE WHEN p.state = 'SETTLED' THEN p.amount_fen ELSE 0 END
    OR coalesce(b.open_fen, 0) <> CASE WHEN p.state IN ('ORDERED', 'RELEASED') THEN p.amount_fen ELSE 0 END)
UNION ALL
SELECT 'payout ' || p.number || ' is ' || p.state || ' over ' || p.amount_fen || ' fen; of what is owed the books have taken '
       || coalesce(b.discharged_fen, 0) || ', off the bank ' || coalesce(b.left_fen, 0)
FROM payout p LEFT JOIN book b ON b.subject = 'payout:' || p.id
WHERE p.mode = 'AGENT' AND (
       coalesce(b.discharged_fen, 0) <> CASE WHEN p.state IN ('RELEASED', 'SETTLED') THEN p.amount_fen ELSE 0 END
    OR coalesce(b.left_fen, 0) <> CASE WHEN p.state = 'SETTLED' THEN p.amount_fen ELSE 0 END
    OR coalesce(b.open_fen, 0) <> CASE WHEN p.state = 'ORDERED' THEN p.amount_fen ELSE 0 END)
