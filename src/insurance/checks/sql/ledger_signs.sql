-- What is owed to us is never below zero, what we owe never above it (debit left).
WITH balance AS (
    SELECT a.code, coalesce(sum(CASE WHEN t.debit = a.code THEN t.amount_fen ELSE -t.amount_fen END), 0) AS fen
    FROM account a LEFT JOIN transfer t ON a.code IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST')
    GROUP BY a.code
)
SELECT 'account ' || b.code || ' stands at ' || b.fen || ' fen' AS offence
FROM balance b
WHERE b.code IN ('1101', '1102', '1201', '1221', '5001', '9001') AND b.fen < 0
   OR b.code IN ('1901', '1902', '2001', '2101', '2901', '9002') AND b.fen > 0
