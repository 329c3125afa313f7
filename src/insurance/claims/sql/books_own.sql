-- Our book as of a day: every claim part approved by then, since when it is owed (a final one from the agreement, an advance from its
-- approval), where it is to be paid, and its orders. $1 insurer or null, $2 the day
WITH parts AS MATERIALIZED (
    SELECT t.* FROM claim_part t WHERE ($1::bigint IS NULL OR t.insurer_id = $1) AND t.approved_on <= $2
), agreed AS (
    SELECT t.id, min(e.business_on) AS agreed_on
    FROM parts t JOIN claim_event e ON e.claim_id = t.claim_id AND e.to_state = 'AGREED' AND e.business_on BETWEEN t.approved_on AND $2
    WHERE t.kind = 'FINAL'
    GROUP BY t.id
), ordered AS (
    SELECT o.part_id, min(o.ordered_on) AS first_on, array_agg(o.id ORDER BY o.state = 'CANCELLED' DESC, o.id) AS payouts, array_agg(o.token) AS tokens
    FROM payout o
    WHERE ($1::bigint IS NULL OR o.insurer_id = $1) AND o.ordered_on <= $2
    GROUP BY o.part_id
)
SELECT t.id AS part_id, t.claim_id, c.number, t.insurer_id, t.amount_fen,
       CASE WHEN t.kind = 'FINAL' THEN least(a.agreed_on, o.first_on)
            WHEN o.first_on IS NOT NULL OR c.state NOT IN ('REJECTED', 'WITHDRAWN', 'ZERO', 'CLOSED') THEN t.approved_on END AS owed_on,
       b.holder_name, y.name AS party_name, p.payee_name, coalesce(p.payee_account_digest, b.account_digest) AS account_digest,
       coalesce(p.payee_account_tail, b.account_tail) AS account_tail, p.id AS payout_id, p.number AS payout_number, o.payouts, o.tokens,
       (p.released_at AT TIME ZONE 'Asia/Shanghai')::date AS released_on, p.returned_on,
       (SELECT (k ->> 'due_at')::timestamptz AT TIME ZONE 'Asia/Shanghai' FROM jsonb_array_elements(c.clocks) k
        WHERE k ->> 'code' = 'PAYMENT' LIMIT 1)::date AS pay_due_on
FROM parts t
JOIN claim c ON c.id = t.claim_id
LEFT JOIN agreed a ON a.id = t.id
LEFT JOIN ordered o ON o.part_id = t.id
LEFT JOIN payout p ON p.id = o.payouts[cardinality(o.payouts)] AND p.state <> 'CANCELLED'
LEFT JOIN party_account b ON b.id = t.payee_account_id
LEFT JOIN party y ON y.id = b.party_id
ORDER BY t.id
