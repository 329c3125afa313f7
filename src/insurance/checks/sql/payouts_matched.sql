-- Settled means matched: one live match, the line's amount, direction and day.
SELECT 'payout ' || p.number || ' is ' || p.state || ' with ' || count(m.id) || ' matches' AS offence
FROM payout p LEFT JOIN bank_match m ON m.payout_id = p.id AND m.undone_at IS NULL
GROUP BY p.id HAVING count(m.id) <> CASE WHEN p.state = 'SETTLED' THEN 1 ELSE 0 END AND NOT (p.state = 'RETURNED' AND count(m.id) = 1)
UNION ALL
SELECT 'payout ' || p.number || ' over ' || p.amount_fen || ' fen settled on ' || coalesce(p.settled_on::text, 'no day') || ' is matched with line '
       || l.id || ' of ' || l.amount_fen || ' fen on ' || l.booked_on
FROM bank_match m JOIN payout p ON p.id = m.payout_id JOIN bank_line l ON l.id = m.line_id
WHERE m.undone_at IS NULL AND p.state = 'SETTLED'
  AND (l.amount_fen <> p.amount_fen OR p.settled_on IS DISTINCT FROM l.booked_on OR m.booked_on <> l.booked_on
       OR l.direction <> CASE l.side WHEN 'PAYER' THEN 'OUT' ELSE 'IN' END)
