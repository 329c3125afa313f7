-- What an income claim rests on: the guaranteed income of its policy, what the bank has paid, what backstops have brought and not been given
-- back yet by a distribution agreed to. $1 claim, $2 the backstop that is being measured, or null
SELECT c.id, c.number, c.project_id, c.cover, p.guaranteed_fen, c.paid_fen,
       coalesce((SELECT sum(s.amount_fen - coalesce(b.repaid_fen, 0))
                 FROM sharing s
                 LEFT JOIN LATERAL (SELECT sum(h.amount_fen) AS repaid_fen
                                    FROM sharing_share h
                                    JOIN sharing r ON r.id = h.sharing_id AND r.working_no = h.working_no AND r.state = 'CONFIRMED'
                                    WHERE h.repaid_id = s.id) b ON true
                 WHERE s.claim_id = c.id AND s.source = 'BACKSTOP' AND s.basis = 'GUARANTEED' AND s.state <> 'CANCELLED'
                   AND s.id IS DISTINCT FROM $2::bigint), 0)::bigint AS topped_fen
FROM claim c
JOIN policy p ON p.id = c.policy_id
WHERE c.id = $1
