-- Our book as of a day: every claim part approved by then, since when it is owed (a final one from the agreement, an advance from its
-- approval), where it is to be paid, and its orders. Row by row by index: the plan is good whatever the statistics say. $1 insurer or null, $2 the day
SELECT t.id AS part_id, t.claim_id, c.number, t.insurer_id, t.amount_fen,
       CASE WHEN t.kind = 'FINAL' THEN least(a.agreed_on, o.first_on)
            WHEN o.first_on IS NOT NULL OR c.state NOT IN ('REJECTED', 'WITHDRAWN', 'ZERO', 'CLOSED') THEN t.approved_on END AS owed_on,
       b.holder_name, y.name AS party_name, (o.newest).payee_name, coalesce((o.newest).payee_account_digest, b.account_digest) AS account_digest,
       coalesce((o.newest).payee_account_tail, b.account_tail) AS account_tail, (o.newest).number AS payout_number, o.payouts, o.tokens,
       ((o.newest).released_at AT TIME ZONE 'Asia/Shanghai')::date AS released_on, (o.newest).returned_on,
       (SELECT (k ->> 'due_at')::timestamptz AT TIME ZONE 'Asia/Shanghai' FROM jsonb_array_elements(c.clocks) k
        WHERE k ->> 'code' = 'PAYMENT' LIMIT 1)::date AS pay_due_on
FROM claim_part t
JOIN claim c ON c.id = t.claim_id
LEFT JOIN LATERAL (
    SELECT min(e.business_on) FILTER (WHERE e.to_state = 'AGREED' AND e.business_on BETWEEN t.approved_on AND $2) AS agreed_on
    FROM claim_event e WHERE e.claim_id = t.claim_id
) a ON true
LEFT JOIN LATERAL (
    SELECT min(n.ordered_on) AS first_on, array_agg(n.id ORDER BY n.state = 'CANCELLED' DESC, n.id) AS payouts, array_agg(n.token) AS tokens,
           (array_agg(n ORDER BY n.id DESC) FILTER (WHERE n.state <> 'CANCELLED'))[1] AS newest
    FROM payout n WHERE n.part_id = t.id AND n.ordered_on <= $2
) o ON true
LEFT JOIN party_account b ON b.id = t.payee_account_id
LEFT JOIN party y ON y.id = b.party_id
WHERE ($1::bigint IS NULL OR t.insurer_id = $1) AND t.approved_on <= $2
ORDER BY t.id
