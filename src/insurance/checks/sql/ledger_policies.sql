-- The premium of a bound policy is due once, in full.
SELECT 'policy ' || p.number || ' owes ' || p.premium_fen || ' fen, the books say ' || coalesce(b.fen, 0) AS offence
FROM policy p
LEFT JOIN (SELECT t.subject, sum(t.amount_fen) AS fen FROM transfer t WHERE t.event = 'PREMIUM_DUE' AND t.kind = 'POSTED' GROUP BY t.subject) b
       ON b.subject = 'policy:' || p.id
WHERE p.state <> 'PROPOSED' AND p.premium_fen IS DISTINCT FROM coalesce(b.fen, 0)
