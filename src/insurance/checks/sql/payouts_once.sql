-- Each claim part is paid at most once: what the bank has shown of its orders that did not come back, and what the books have taken off the debt
-- for them, is no more than the part; what came back was shown before, or never left.
WITH paid AS (
    SELECT p.part_id, count(*) FILTER (WHERE p.state = 'SETTLED') AS settled,
           sum(g.fen) FILTER (WHERE p.state <> 'RETURNED') AS shown_fen, sum(b.fen) AS taken_fen
    FROM payout p
    CROSS JOIN LATERAL (SELECT coalesce(sum(m.amount_fen), 0) AS fen FROM bank_match m WHERE m.payout_id = p.id AND m.undone_at IS NULL) g
    CROSS JOIN LATERAL (SELECT coalesce(sum(CASE WHEN t.debit = '2101' THEN t.amount_fen WHEN t.credit = '2101' THEN -t.amount_fen ELSE 0 END), 0) AS fen
                        FROM transfer t WHERE t.subject = 'payout:' || p.id AND t.kind IN ('POSTED', 'POST')) b
    GROUP BY p.part_id
)
SELECT 'claim part ' || r.id || ' over ' || r.amount_fen || ' fen: ' || a.settled || ' settled payouts, shown by the bank ' || coalesce(a.shown_fen, 0)
       || ', taken off the debt ' || a.taken_fen AS offence
FROM paid a JOIN claim_part r ON r.id = a.part_id
WHERE a.settled > 1 OR coalesce(a.shown_fen, 0) > r.amount_fen OR a.taken_fen > r.amount_fen OR a.taken_fen < 0
