-- The premium of a bound policy is due once, in full, and what went back of it is booked: with its endorsements it is what the books say.
-- Of an opening policy only what was stated as unpaid is due, and what endorsements charged or gave back since.
SELECT 'policy ' || p.number || ' owes ' || coalesce(o.unpaid_fen + p.premium_fen - (o.stated ->> 'premium_fen')::bigint, p.premium_fen)
       || ' fen, the books say ' || coalesce(b.fen, 0) AS offence
FROM policy p
LEFT JOIN (SELECT t.subject, sum(CASE t.event WHEN 'REFUND' THEN -t.amount_fen ELSE t.amount_fen END) AS fen FROM transfer t
           WHERE t.event IN ('PREMIUM_DUE', 'REFUND') AND t.kind = 'POSTED' GROUP BY t.subject) b
       ON b.subject = 'policy:' || p.id
LEFT JOIN policy_opening o ON o.policy_id = p.id
WHERE p.state <> 'PROPOSED'
  AND coalesce(o.unpaid_fen + p.premium_fen - (o.stated ->> 'premium_fen')::bigint, p.premium_fen) IS DISTINCT FROM coalesce(b.fen, 0)
