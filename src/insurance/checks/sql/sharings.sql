-- Shares add up to their distribution, uses never exceed a share, no payout and no day of income is shared twice, and a distribution stands
-- where its last event left it.
WITH live AS (SELECT * FROM sharing WHERE state <> 'CANCELLED')
SELECT 'distribution ' || s.number || ': shares of ' || coalesce(h.shared_fen, 0) || ' fen of ' || s.amount_fen AS offence
FROM sharing s
LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS shared_fen FROM sharing_share x WHERE x.sharing_id = s.id AND x.working_no = s.working_no) h ON true
WHERE h.shared_fen IS DISTINCT FROM s.amount_fen
UNION ALL
SELECT 'distribution ' || s.number || ': of ' || u.purpose || ' ' || u.key || ' ' || u.used_fen || ' fen are used, its share is ' || coalesce(h.amount_fen, 0)
FROM sharing s
JOIN (SELECT sharing_id, working_no, purpose, key, sum(amount_fen) AS used_fen FROM sharing_use GROUP BY 1, 2, 3, 4) u ON u.sharing_id = s.id
LEFT JOIN sharing_share h ON (h.sharing_id, h.working_no, h.purpose, h.key) = (u.sharing_id, u.working_no, u.purpose, u.key)
WHERE u.used_fen NOT BETWEEN 0 AND coalesce(h.amount_fen, 0) OR s.state <> 'CONFIRMED' OR u.working_no <> s.working_no
UNION ALL
SELECT 'use ' || u.id || ' of distribution ' || s.number || ' takes back ' || coalesce(r.amount_fen, 0) || ' fen of ' || -u.amount_fen
FROM sharing_use u JOIN sharing s ON s.id = u.sharing_id LEFT JOIN sharing_use r ON r.id = u.reverses_id
WHERE u.amount_fen < 0 AND (u.amount_fen <> -r.amount_fen OR (u.purpose, u.key, u.sharing_id) IS DISTINCT FROM (r.purpose, r.key, r.sharing_id))
UNION ALL
SELECT 'payout ' || p.number || ' is shared ' || count(*) || ' times, ' || sum(s.amount_fen) || ' fen of ' || p.amount_fen
FROM live s JOIN payout p ON p.id = s.payout_id
GROUP BY p.id HAVING count(*) > 1 OR sum(s.amount_fen) <> p.amount_fen
UNION ALL
SELECT 'distribution ' || s.number || ' shares a payout of another project or of the asset cover'
FROM live s
JOIN payout p ON p.id = s.payout_id
JOIN claim_part t ON t.id = p.part_id
JOIN claim c ON c.id = t.claim_id
WHERE (c.project_id, c.id, c.cover) IS DISTINCT FROM (s.project_id, s.claim_id, 'INCOME')
UNION ALL
SELECT 'distributions ' || a.number || ' and ' || b.number || ' share the income of the same days'
FROM live a JOIN live b ON b.project_id = a.project_id AND b.id > a.id AND daterange(a.from_on, a.last_on, '[]') && daterange(b.from_on, b.last_on, '[]')
WHERE a.source = 'INCOME' AND b.source = 'INCOME'
UNION ALL
SELECT 'backstop ' || s.number || ' of ' || s.amount_fen || ' fen is repaid with ' || sum(h.amount_fen)
FROM live s
JOIN sharing_share h ON h.repaid_id = s.id
JOIN live r ON r.id = h.sharing_id AND r.working_no = h.working_no AND r.state = 'CONFIRMED'
GROUP BY s.id, s.number, s.amount_fen HAVING sum(h.amount_fen) > s.amount_fen
UNION ALL
SELECT 'pay list ' || l.number || ' of ' || l.sum_fen || ' fen has lines of ' || coalesce(x.sum_fen, 0)
FROM sharing_pay_list l
LEFT JOIN LATERAL (SELECT sum(n.amount_fen) AS sum_fen, count(*) AS lines FROM sharing_pay_line n WHERE n.pay_list_id = l.id) x ON true
WHERE x.sum_fen IS DISTINCT FROM l.sum_fen OR x.lines <> l.line_count
UNION ALL
SELECT 'pay list ' || l.number || ': ' || n.purpose || ' ' || n.key || ' is ' || CASE WHEN n.live THEN 'paid without a use' ELSE 'live no more, and used' END
FROM sharing_pay_list l
JOIN sharing_pay_line n ON n.pay_list_id = l.id
LEFT JOIN LATERAL (SELECT sum(u.amount_fen) AS used_fen FROM sharing_use u
                   WHERE u.pay_list_id = l.id AND u.purpose = n.purpose AND u.key = n.key) u ON true
WHERE coalesce(u.used_fen, 0) <> CASE WHEN l.state = 'PAID' AND n.live THEN n.amount_fen ELSE 0 END
UNION ALL
SELECT 'distribution ' || s.number || ' is ' || s.state || ' at version ' || s.version || ', its last event says ' || coalesce(e.to_state, 'nothing')
FROM sharing s
LEFT JOIN sharing_event e ON e.sharing_id = s.id AND e.version = s.version
WHERE e.to_state IS DISTINCT FROM s.state OR (SELECT count(*) FROM sharing_event x WHERE x.sharing_id = s.id) <> s.version
UNION ALL
SELECT 'distribution ' || s.number || ' was confirmed by its maker, or within its objection period'
FROM sharing s
WHERE s.confirmed_by = s.made_by OR s.confirmed_on <= s.window_last_on
