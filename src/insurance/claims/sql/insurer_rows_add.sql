-- The rows of a list from the staged ones, where the list lies. $1 list
INSERT INTO insurer_list_row (list_id, region_path, insurer_id, ordinal, place, row_key, claim_number, token, payee_name, account_digest,
    account_tail, amount_fen, paid_on, remark)
SELECT i.id, i.region_path, i.insurer_id, s.ordinal, s.place, s.row_key, s.claim_number, s.token, s.payee_name, s.account_digest, s.account_tail,
    s.amount_fen, s.paid_on, s.remark
FROM staged_list_row s JOIN insurer_list i ON i.id = $1
ORDER BY s.ordinal
