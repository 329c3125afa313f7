-- The insurers' book as of a day: rows of lists that count; one that stands in several is taken from the newest. $1 insurer or null, $2 the day
SELECT DISTINCT ON (r.insurer_id, r.row_key) r.id, r.list_id, r.insurer_id, r.place, r.claim_number, r.token, r.payee_name, r.account_digest,
       r.account_tail, r.amount_fen, r.paid_on
FROM insurer_list_row r
JOIN insurer_list i ON i.id = r.list_id AND i.withdrawn_at IS NULL
WHERE ($1::bigint IS NULL OR r.insurer_id = $1) AND r.paid_on <= $2
ORDER BY r.insurer_id, r.row_key, r.list_id DESC
