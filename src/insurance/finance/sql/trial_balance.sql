-- Balances of every account as of a day: posted and posting transfers, debit positive.
SELECT a.code, a.name, a.memo,
       coalesce(sum(t.amount_fen) FILTER (WHERE t.debit = a.code), 0)::bigint AS debit_fen,
       coalesce(sum(t.amount_fen) FILTER (WHERE t.credit = a.code), 0)::bigint AS credit_fen
FROM account a
LEFT JOIN transfer t ON a.code IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST') AND t.booked_on <= $1
GROUP BY a.code, a.name, a.memo
ORDER BY a.code
