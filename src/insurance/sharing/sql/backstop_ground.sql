-- What an income claim rests on: the guaranteed income of its policy, what the bank has paid, what backstops have brought. $1 claim
SELECT c.id, c.number, c.project_id, c.cover, p.guaranteed_fen, c.paid_fen,
       coalesce((SELECT sum(s.amount_fen) FROM sharing s
                 WHERE s.claim_id = c.id AND s.source = 'BACKSTOP' AND s.basis = 'GUARANTEED' AND s.state <> 'CANCELLED'), 0)::bigint AS topped_fen
FROM claim c
JOIN policy p ON p.id = c.policy_id
WHERE c.id = $1
