-- The books sum to zero, and the memo accounts by themselves; every entry is of accounts of the chart.
WITH entry AS (
    SELECT t.debit AS code, t.amount_fen AS fen FROM transfer t WHERE t.kind IN ('POSTED', 'POST')
    UNION ALL
    SELECT t.credit, -t.amount_fen FROM transfer t WHERE t.kind IN ('POSTED', 'POST')
)
SELECT CASE WHEN a.memo THEN 'memo accounts sum to ' ELSE 'the books sum to ' END || sum(e.fen) || ' fen' AS offence
FROM entry e JOIN account a ON a.code = e.code
GROUP BY a.memo
HAVING sum(e.fen) <> 0
UNION ALL
SELECT 'account ' || e.code || ' is not in the chart and holds ' || sum(e.fen) || ' fen'
FROM entry e WHERE NOT EXISTS (SELECT FROM account a WHERE a.code = e.code)
GROUP BY e.code
