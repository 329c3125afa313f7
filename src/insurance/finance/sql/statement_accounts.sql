-- The accounts statements have come of, by their last digits, with the holder where it is a registered paying account.
SELECT DISTINCT s.account_tail, coalesce(a.holder_name, '') AS holder_name
FROM bank_statement s
LEFT JOIN paying_account a ON a.account_digest = s.account_digest AND a.approved_by IS NOT NULL
ORDER BY 2, 1
