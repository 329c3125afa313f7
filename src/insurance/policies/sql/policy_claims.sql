-- The claims of a policy as far as it depends on them: where each stands, when it was last paid, and what its latest approval takes,
-- by line of the schedule ('' for 收益保). $1 policy
SELECT c.id, c.number, c.state, c.loss_on, c.live, c.approved_fen, c.paid_fen,
       greatest(o.paid_on, c.opening_paid_on) AS paid_on, coalesce(a.taken, s.taken, '{}'::jsonb) AS taken
FROM claim c
LEFT JOIN LATERAL (
    SELECT max(o.settled_on) AS paid_on FROM claim_part r JOIN payout o ON o.part_id = r.id WHERE r.claim_id = c.id AND o.state = 'SETTLED'
) o ON true
LEFT JOIN LATERAL (
    SELECT d.assessment_id FROM decision d WHERE d.claim_id = c.id AND d.outcome = 'APPROVED' ORDER BY d.claim_version DESC LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(t.line, t.fen) AS taken FROM (
        SELECT coalesce(l.policy_item_id::text, '') AS line, sum(coalesce(l.net_fen, a.indemnity_fen))::bigint AS fen
        FROM assessment a LEFT JOIN assessment_line l ON l.assessment_id = a.id WHERE a.id = d.assessment_id GROUP BY 1) t
) a ON true
LEFT JOIN LATERAL (  -- of a past claim that was taken over: what was stated last
    SELECT jsonb_object_agg(coalesce(s.item_id::text, ''), s.fen) AS taken
    FROM (SELECT * FROM claim_opening o WHERE o.claim_id = c.id ORDER BY o.version DESC LIMIT 1) o
    CROSS JOIN LATERAL unnest(o.item_ids, o.items_fen) AS s (item_id, fen)
) s ON c.opening
WHERE c.policy_id = $1
ORDER BY c.id
