-- New lines of a file ($1 its statement) from the staged ones, in the order they were staged, answered. $2 whether some stand already (overlapping
-- files): they are not stored again; their account is held, so none comes meanwhile.
INSERT INTO bank_line (statement_id, ordinal, line_key, account_digest, side, booked_on, booked_time, direction, amount_fen, balance_fen,
    counterparty_name, counterparty_digest, counterparty_tail, narrative, reference, end_to_end_id, value_on, return_code, transaction_code)
SELECT $1, s.ordinal, s.line_key, s.account_digest, s.side, s.booked_on, s.booked_time, s.direction, s.amount_fen, s.balance_fen,
    s.counterparty_name, s.counterparty_digest, s.counterparty_tail, s.narrative, s.reference, s.end_to_end_id, s.value_on, s.return_code,
    s.transaction_code
FROM staged_line s
WHERE NOT $2::boolean OR NOT EXISTS (SELECT FROM bank_line b WHERE b.line_key = s.line_key)
RETURNING id, line_key
