-- Posted transfers, the latest day first; $1 account on either side, $2 from, $3 until, $4 event, $5 subject, $6 and $7 older than (day, id), $8 how many
SELECT t.id, t.booked_on, t.recorded_at, t.event, t.debit, t.credit, t.amount_fen, t.subject, n.display_name AS made_name
FROM transfer t
LEFT JOIN LATERAL user_names(ARRAY[t.made_by]) n ON true
WHERE t.kind IN ('POSTED', 'POST') AND ($1::text IS NULL OR $1 IN (t.debit, t.credit)) AND ($2::date IS NULL OR t.booked_on >= $2)
  AND ($3::date IS NULL OR t.booked_on <= $3) AND ($4::text IS NULL OR t.event = $4) AND ($5::text IS NULL OR t.subject = $5)
  AND ($6::date IS NULL OR (t.booked_on, t.id) < ($6, $7::bigint))
ORDER BY t.booked_on DESC, t.id DESC
LIMIT $8
