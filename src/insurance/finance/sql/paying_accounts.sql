-- Paying accounts, oldest first. $1 one id, $2 of one insurer
SELECT a.id, a.insurer_id, a.holder_name, a.bank_name, a.bank_code, a.account_cipher, a.account_tail, a.cut_off, a.from_on, a.until_on, a.entered_by,
       a.approved_by, a.version, e.display_name AS entered_name, r.display_name AS approved_name
FROM paying_account a
LEFT JOIN LATERAL user_names(ARRAY[a.entered_by]) e ON true
LEFT JOIN LATERAL user_names(ARRAY[a.approved_by]) r ON true
WHERE ($1::bigint IS NULL OR a.id = $1) AND ($2::bigint IS NULL OR a.insurer_id = $2)
ORDER BY a.id
