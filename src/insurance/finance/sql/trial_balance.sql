-- Balances of every account: posted and posting transfers booked by a day ($1) and recorded by an instant ($2, null: all).
SELECT a.code, a.name, a.memo,
       coalesce(sum(t.amount_fen) FILTER (WHERE t.debit = a.code), 0)::bigint AS debit_fen,
       coalesce(sum(t.amount_fen) FILTER (WHERE t.credit = a.code), 0)::bigint AS credit_fen
FROM account a
LEFT JOIN transfer t ON a.code IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST') AND t.booked_on <= $1
    AND ($2::timestamptz IS NULL OR t.recorded_at <= $2)
GROUP BY a.code, a.name, a.memo
ORDER BY a.code
