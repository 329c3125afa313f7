-- Payment files, newest first. $1 older than id, $2 how many, $3 one id
SELECT f.*, a.holder_name, a.bank_name, a.account_tail, a.insurer_id, m.display_name AS made_name, c.display_name AS cancelled_name,
       (SELECT count(*) FROM payment_file_line l JOIN payout p ON p.id = l.payout_id WHERE l.file_id = f.id AND p.state = 'SETTLED') AS settled_count
FROM payment_file f
JOIN paying_account a ON a.id = f.paying_account_id
LEFT JOIN LATERAL user_names(ARRAY[f.made_by]) m ON true
LEFT JOIN LATERAL user_names(ARRAY[f.cancelled_by]) c ON true
WHERE ($1::bigint IS NULL OR f.id < $1) AND ($3::bigint IS NULL OR f.id = $3)
ORDER BY f.id DESC
LIMIT $2
