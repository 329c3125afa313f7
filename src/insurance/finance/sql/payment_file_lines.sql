-- The orders of a file as they were put in. $1 file
SELECT l.ordinal, p.id, p.number, p.token, p.amount_fen, p.payee_name, p.payee_bank, p.payee_bank_code, p.payee_account_cipher,
       p.payee_account_tail, p.memo, p.state
FROM payment_file_line l JOIN payout p ON p.id = l.payout_id
WHERE l.file_id = $1
ORDER BY l.ordinal
