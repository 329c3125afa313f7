-- How many staged lines stand already, and those among them that look like one that stands (same account, day, reference, amount and balance) but
-- name another party's account.
SELECT count(*) AS stand, coalesce((array_agg(s.ordinal ORDER BY s.ordinal) FILTER (
           WHERE s.counterparty_tail <> '' AND b.counterparty_tail <> '' AND s.counterparty_tail <> b.counterparty_tail))[:20], '{}') AS clashing
FROM staged_line s JOIN bank_line b ON b.line_key = s.line_key
