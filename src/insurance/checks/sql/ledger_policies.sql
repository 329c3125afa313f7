-- The premium of a bound policy is due once, in full, and what went back of it is booked: with its endorsements it is what the books say.
SELECT 'policy ' || p.number || ' owes ' || p.premium_fen || ' fen, the books say ' || coalesce(b.fen, 0) AS offence
FROM policy p
LEFT JOIN (SELECT t.subject, sum(CASE t.event WHEN 'REFUND' THEN -t.amount_fen ELSE t.amount_fen END) AS fen FROM transfer t
           WHERE t.event IN ('PREMIUM_DUE', 'REFUND') AND t.kind = 'POSTED' GROUP BY t.subject) b
       ON b.subject = 'policy:' || p.id
WHERE p.state <> 'PROPOSED' AND p.premium_fen IS DISTINCT FROM coalesce(b.fen, 0)
