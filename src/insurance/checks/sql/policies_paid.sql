-- Per policy what was approved (every part of every claim, advances among them) is what the bank has shown of its orders, or on its way (not yet
-- ordered, ordered, released, and what is left of one that arrived in part), or back from the bank, or cancelled (an order, or what a claim that
-- came to nothing had approved ahead): to the fen, nothing else.
-- The bank's word is the live matches, not the state of an order: paid twice, or said to be paid without a line, shows here.
WITH part AS (
    SELECT c.policy_id, r.id, r.amount_fen,
           coalesce(o.state, CASE WHEN c.state IN ('REJECTED', 'WITHDRAWN', 'ZERO', 'CLOSED') THEN 'CANCELLED' ELSE 'WAITING' END) AS state,
           coalesce(o.shown_fen, 0) AS shown_fen
    FROM claim_part r JOIN claim c ON c.id = r.claim_id
    LEFT JOIN LATERAL (
        SELECT p.state, (SELECT sum(m.amount_fen) FROM bank_match m WHERE m.payout_id = p.id AND m.undone_at IS NULL) AS shown_fen
        FROM payout p WHERE p.part_id = r.id ORDER BY p.id DESC LIMIT 1
    ) o ON true
), told AS (
    SELECT policy_id, sum(amount_fen) AS approved_fen,
           sum(CASE WHEN state IN ('WAITING', 'ORDERED', 'RELEASED') THEN amount_fen WHEN state = 'PARTIAL' THEN amount_fen - shown_fen
               ELSE 0 END) AS pending_fen,
           sum(CASE WHEN state = 'RETURNED' THEN amount_fen ELSE 0 END) AS returned_fen,
           sum(CASE WHEN state = 'CANCELLED' THEN amount_fen ELSE 0 END) AS cancelled_fen
    FROM part GROUP BY policy_id
), bank AS (
    SELECT c.policy_id, sum(m.amount_fen) AS paid_fen
    FROM bank_match m JOIN payout p ON p.id = m.payout_id AND p.state <> 'RETURNED'
    JOIN claim_part r ON r.id = p.part_id JOIN claim c ON c.id = r.claim_id
    WHERE m.undone_at IS NULL GROUP BY c.policy_id
)
SELECT 'policy ' || y.number || ': approved ' || a.approved_fen || ' fen, of them paid ' || coalesce(b.paid_fen, 0) || ', pending ' || a.pending_fen
       || ', returned ' || a.returned_fen || ', cancelled ' || a.cancelled_fen AS offence
FROM told a JOIN policy y ON y.id = a.policy_id LEFT JOIN bank b ON b.policy_id = a.policy_id
WHERE a.approved_fen <> coalesce(b.paid_fen, 0) + a.pending_fen + a.returned_fen + a.cancelled_fen
