-- Staged lines that look like one that stands already (same account, day, reference, amount and balance) but name another party's account.
SELECT s.ordinal
FROM staged_line s JOIN bank_line b ON b.line_key = s.line_key
WHERE s.counterparty_tail <> '' AND b.counterparty_tail <> '' AND s.counterparty_tail <> b.counterparty_tail
ORDER BY s.ordinal
LIMIT 20
