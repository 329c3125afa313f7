-- What the books show of a payout. Paid directly: posted less reversed is what the bank has shown of it; what is still awaited stands in one
-- open pending transfer. Paid by the programme's account: sent (2101 to 1901) once released, off the bank (1901 to 1001) as far as shown,
-- and back on it and owed again once returned; only the order awaits.
WITH book AS (
    SELECT t.subject,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.event = 'REVERSAL' THEN -t.amount_fen ELSE t.amount_fen END) AS posted_fen,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.debit = '2101' THEN t.amount_fen WHEN t.credit = '2101' THEN -t.amount_fen
               ELSE 0 END) AS discharged_fen,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.credit = '1001' THEN t.amount_fen WHEN t.debit = '1001' THEN -t.amount_fen
               ELSE 0 END) AS left_fen,
           sum(t.amount_fen) FILTER (WHERE t.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = t.id)) AS open_fen
    FROM transfer t WHERE t.subject LIKE 'payout:%' GROUP BY t.subject
), shown AS (
    SELECT p.id, p.number, p.state, p.mode, p.amount_fen,
           CASE p.state WHEN 'SETTLED' THEN p.amount_fen
                        WHEN 'PARTIAL' THEN (SELECT sum(m.amount_fen) FROM bank_match m WHERE m.payout_id = p.id AND m.undone_at IS NULL)
                        ELSE 0 END AS shown_fen
    FROM payout p
)
SELECT 'payout ' || p.number || ' is ' || p.state || ' over ' || p.amount_fen || ' fen; the books have posted ' || coalesce(b.posted_fen, 0)
       || ' and await ' || coalesce(b.open_fen, 0) AS offence
FROM shown p LEFT JOIN book b ON b.subject = 'payout:' || p.id
WHERE p.mode = 'DIRECT' AND (
       coalesce(b.posted_fen, 0) <> p.shown_fen
    OR coalesce(b.open_fen, 0) <> CASE WHEN p.state IN ('ORDERED', 'RELEASED', 'PARTIAL') THEN p.amount_fen - p.shown_fen ELSE 0 END)
UNION ALL
SELECT 'payout ' || p.number || ' is ' || p.state || ' over ' || p.amount_fen || ' fen; of what is owed the books have taken '
       || coalesce(b.discharged_fen, 0) || ', off the bank ' || coalesce(b.left_fen, 0)
FROM shown p LEFT JOIN book b ON b.subject = 'payout:' || p.id
WHERE p.mode = 'AGENT' AND (
       coalesce(b.discharged_fen, 0) <> CASE WHEN p.state IN ('RELEASED', 'PARTIAL', 'SETTLED') THEN p.amount_fen ELSE 0 END
    OR coalesce(b.left_fen, 0) <> p.shown_fen
    OR coalesce(b.open_fen, 0) <> CASE WHEN p.state = 'ORDERED' THEN p.amount_fen ELSE 0 END)
