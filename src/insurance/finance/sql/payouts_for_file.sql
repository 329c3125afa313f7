-- Released orders of a paying account that no live file carries, locked. $1 account, $2 ids (empty: all)
SELECT p.id, p.token, p.amount_fen, p.payee_name, p.payee_bank, p.payee_bank_code, p.payee_account_cipher, p.memo
FROM payout p
WHERE p.state = 'RELEASED' AND p.paying_account_id = $1 AND (cardinality($2::bigint[]) = 0 OR p.id = ANY ($2))
  AND NOT EXISTS (SELECT FROM payment_file_line l WHERE l.payout_id = p.id AND l.live)
ORDER BY p.id
LIMIT 10000
FOR UPDATE OF p
