-- New lines of a file from the staged ones, in the order they were staged, answered; a line that stands already (overlapping files) is not stored again.
INSERT INTO bank_line (statement_id, ordinal, line_key, account_digest, side, booked_on, booked_time, direction, amount_fen, balance_fen,
    counterparty_name, counterparty_digest, counterparty_tail, narrative, reference, end_to_end_id, value_on, return_code, transaction_code)
SELECT $1, s.ordinal, s.line_key, s.account_digest, s.side, s.booked_on, s.booked_time, s.direction, s.amount_fen, s.balance_fen,
    s.counterparty_name, s.counterparty_digest, s.counterparty_tail, s.narrative, s.reference, s.end_to_end_id, s.value_on, s.return_code,
    s.transaction_code
FROM staged_line s
ON CONFLICT (line_key) DO NOTHING
RETURNING id, line_key
