-- Posted less reversed on a payout is its amount once settled, else nothing; an order on its way has one open pending transfer.
WITH book AS (
    SELECT t.subject,
           sum(CASE WHEN t.kind NOT IN ('POST', 'POSTED') THEN 0 WHEN t.event = 'REVERSAL' THEN -t.amount_fen ELSE t.amount_fen END) AS posted_fen,
           sum(t.amount_fen) FILTER (WHERE t.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = t.id)) AS open_fen
    FROM transfer t WHERE t.subject LIKE 'payout:%' GROUP BY t.subject
)
SELECT 'payout ' || p.number || ' is ' || p.state || ' over ' || p.amount_fen || ' fen; the books have posted ' || coalesce(b.posted_fen, 0)
       || ' and await ' || coalesce(b.open_fen, 0) AS offence
FROM payout p LEFT JOIN book b ON b.subject = 'payout:' || p.id
WHERE coalesce(b.posted_fen, 0) <> CASE WHEN p.state = 'SETTLED' THEN p.amount_fen ELSE 0 END
   OR coalesce(b.open_fen, 0) <> CASE WHEN p.state IN ('ORDERED', 'RELEASED') THEN p.amount_fen ELSE 0 END
