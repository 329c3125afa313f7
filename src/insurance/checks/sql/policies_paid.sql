-- Every approved part is paid, on its way, back from the bank, cancelled or not yet ordered: nothing else; and nothing was paid beyond it.
WITH part AS (
    SELECT c.policy_id, r.amount_fen,
           coalesce((SELECT p.state FROM payout p WHERE p.part_id = r.id ORDER BY p.id DESC LIMIT 1), 'WAITING') AS state
    FROM claim_part r JOIN claim c ON c.id = r.claim_id
), approved AS (
    SELECT policy_id, sum(amount_fen) AS approved_fen,
           sum(amount_fen) FILTER (WHERE state = 'SETTLED') AS paid_fen,
           sum(amount_fen) FILTER (WHERE state IN ('WAITING', 'ORDERED', 'RELEASED', 'PARTIAL')) AS pending_fen,
           sum(amount_fen) FILTER (WHERE state = 'RETURNED') AS returned_fen,
           sum(amount_fen) FILTER (WHERE state = 'CANCELLED') AS cancelled_fen
    FROM part GROUP BY policy_id
), money AS (
    SELECT c.policy_id, sum(p.amount_fen) FILTER (WHERE p.state = 'SETTLED') AS paid_fen
    FROM payout p JOIN claim_part r ON r.id = p.part_id JOIN claim c ON c.id = r.claim_id GROUP BY c.policy_id
)
SELECT 'policy ' || y.number || ': approved ' || a.approved_fen || ' fen, of them paid ' || coalesce(m.paid_fen, 0) || ', pending '
       || coalesce(a.pending_fen, 0) || ', returned ' || coalesce(a.returned_fen, 0) || ', cancelled ' || coalesce(a.cancelled_fen, 0) AS offence
FROM approved a JOIN policy y ON y.id = a.policy_id LEFT JOIN money m ON m.policy_id = a.policy_id
WHERE a.approved_fen <> coalesce(m.paid_fen, 0) + coalesce(a.pending_fen, 0) + coalesce(a.returned_fen, 0) + coalesce(a.cancelled_fen, 0)
