-- Money of a project that waits to be shared: net incomes of past years (the newest entry of each), and payouts of its income cover the
-- bank has paid. $1 project or null for all in scope, $2 how many
SELECT 'INCOME' AS source, a.id, a.project_id, j.name AS project_name, a.year::text AS told, a.net_income_fen AS amount_fen, a.filed_on AS since_on,
       NULL::bigint AS claim_id, NULL::text AS claim_number
FROM (SELECT DISTINCT ON (x.project_id, x.year) x.* FROM annual_account x ORDER BY x.project_id, x.year, x.id DESC) a
JOIN project j ON j.id = a.project_id
WHERE a.net_income_fen > 0 AND ($1::bigint IS NULL OR a.project_id = $1)
  AND NOT EXISTS (SELECT FROM sharing s WHERE s.project_id = a.project_id AND s.source = 'INCOME' AND s.state <> 'CANCELLED'
                  AND daterange(s.from_on, s.last_on, '[]') && daterange(make_date(a.year, 1, 1), make_date(a.year, 12, 31), '[]'))
UNION ALL
SELECT 'INCOME_COVER', p.id, c.project_id, j.name, p.number, p.amount_fen, p.settled_on, c.id, c.number
FROM claim c
JOIN project j ON j.id = c.project_id
JOIN claim_part t ON t.claim_id = c.id
JOIN payout p ON p.part_id = t.id AND p.state = 'SETTLED'
WHERE c.cover = 'INCOME' AND ($1::bigint IS NULL OR c.project_id = $1)
  AND NOT EXISTS (SELECT FROM sharing s WHERE s.payout_id = p.id AND s.state <> 'CANCELLED')
ORDER BY since_on, id
LIMIT $2
