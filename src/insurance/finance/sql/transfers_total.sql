-- How many transfers `transfers_sought` would list in all, and what they come to on the account's two sides ($1; null: their sum in both)
SELECT count(*) AS number,
       coalesce(sum(t.amount_fen) FILTER (WHERE $1::text IS NULL OR t.debit = $1), 0)::bigint AS debit_fen,
       coalesce(sum(t.amount_fen) FILTER (WHERE $1::text IS NULL OR t.credit = $1), 0)::bigint AS credit_fen
FROM transfer t
WHERE t.kind IN ('POSTED', 'POST') AND ($1::text IS NULL OR $1 IN (t.debit, t.credit)) AND ($2::date IS NULL OR t.booked_on >= $2)
  AND ($3::date IS NULL OR t.booked_on <= $3) AND ($4::text IS NULL OR t.event = $4) AND ($5::text IS NULL OR t.subject = $5)
