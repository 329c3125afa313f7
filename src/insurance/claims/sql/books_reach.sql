-- How far the bank's statements reach by insurer: those of its own paying accounts, and those its payments were found on.
SELECT n.insurer_id, max(s.until_on) AS until_on
FROM (
    SELECT a.insurer_id, a.account_digest FROM paying_account a WHERE a.insurer_id IS NOT NULL
    UNION
    SELECT p.insurer_id, l.account_digest
    FROM bank_match m JOIN bank_line l ON l.id = m.line_id JOIN payout p ON p.id = m.payout_id WHERE m.undone_at IS NULL
) n
JOIN bank_statement s ON s.account_digest = n.account_digest
GROUP BY n.insurer_id
