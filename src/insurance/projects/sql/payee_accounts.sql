-- Accounts with their party and the two persons behind them, oldest first; the condition is filled in from a fixed list.
SELECT a.id, a.region_path, a.holder_name, a.bank_name, a.bank_code, a.account_cipher, a.account_digest, a.account_tail, a.from_on,
       a.until_on, a.replaces_id, a.entered_by, a.approved_by, w.id AS party_id, w.kind AS party_kind, w.name AS party_name,
       w.credit_code AS party_code, (SELECT n.display_name FROM user_names(ARRAY[a.entered_by]) n) AS entered_by_name,
       (SELECT n.display_name FROM user_names(ARRAY[a.approved_by]) n) AS approved_by_name
FROM party_account a JOIN party w ON w.id = a.party_id
WHERE /*where*/
ORDER BY a.id
