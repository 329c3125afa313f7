-- What is owed to us is never below zero, what we owe never above it (debit left). Premium may stand the other way where a refund came after
-- the money: only by what single policies' payers are to get back (1101, 1102), and by what single policies' insurers owe (2001).
WITH balance AS (
    SELECT a.code, coalesce(sum(CASE WHEN t.debit = a.code THEN t.amount_fen ELSE -t.amount_fen END), 0) AS fen
    FROM account a LEFT JOIN transfer t ON a.code IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST')
    GROUP BY a.code
), premium AS (
    SELECT coalesce(sum(least(s.open_fen, 0)) FILTER (WHERE s.payer <> 'INSURED'), 0) AS public_fen,
           coalesce(sum(least(s.open_fen, 0)) FILTER (WHERE s.payer = 'INSURED'), 0) AS own_fen,
           coalesce(sum(greatest(-s.owed_fen, 0)), 0) AS by_insurers_fen
    FROM premium_standing('infinity') s
)
SELECT 'account ' || b.code || ' stands at ' || b.fen || ' fen' AS offence
FROM balance b CROSS JOIN premium p
WHERE b.code IN ('1201', '1221', '5001', '9001') AND b.fen < 0
   OR b.code IN ('1901', '1902', '2101', '2901', '9002') AND b.fen > 0
   OR b.code = '1101' AND b.fen < p.public_fen
   OR b.code = '1102' AND b.fen < p.own_fen
   OR b.code = '2001' AND b.fen > p.by_insurers_fen
