-- Settled means matched whole, partly arrived means matched in part, and nothing else is matched but what came back; a matched line is given away
-- whole, in its direction; the day of settling is that of the last line.
WITH got AS (
    SELECT m.payout_id, sum(m.amount_fen) AS fen, max(l.booked_on) AS last_on
    FROM bank_match m JOIN bank_line l ON l.id = m.line_id WHERE m.undone_at IS NULL GROUP BY m.payout_id
)
SELECT 'payout ' || p.number || ' over ' || p.amount_fen || ' fen is ' || p.state || ' and matched with ' || coalesce(g.fen, 0) || ' fen' AS offence
FROM payout p LEFT JOIN got g ON g.payout_id = p.id
WHERE NOT CASE p.state WHEN 'SETTLED' THEN coalesce(g.fen, 0) = p.amount_fen
                       WHEN 'PARTIAL' THEN coalesce(g.fen, 0) > 0 AND g.fen < p.amount_fen
                       WHEN 'RETURNED' THEN coalesce(g.fen, 0) IN (0, p.amount_fen)
                       ELSE g.fen IS NULL END
UNION ALL
SELECT 'payout ' || p.number || ' settled on ' || coalesce(p.settled_on::text, 'no day') || ', its last line was booked on ' || g.last_on
FROM payout p JOIN got g ON g.payout_id = p.id WHERE p.state = 'SETTLED' AND p.settled_on IS DISTINCT FROM g.last_on
UNION ALL
SELECT 'line ' || l.id || ' of ' || l.amount_fen || ' fen ' || l.direction || ' on a ' || l.side || ' account is matched with ' || sum(m.amount_fen + m.fee_fen + m.surplus_fen)
FROM bank_match m JOIN bank_line l ON l.id = m.line_id
WHERE m.undone_at IS NULL
GROUP BY l.id
HAVING sum(m.amount_fen + m.fee_fen + m.surplus_fen) <> l.amount_fen OR l.direction <> CASE l.side WHEN 'PAYER' THEN 'OUT' ELSE 'IN' END
UNION ALL
SELECT 'line ' || m.line_id || ' is matched and resolved too'
FROM bank_match m JOIN line_case c ON c.line_id = m.line_id AND c.undone_at IS NULL WHERE m.undone_at IS NULL
