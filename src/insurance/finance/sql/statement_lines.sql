-- The lines of a statement in file order, each with its live matches (an order each) or with what was done about it.
SELECT l.id, l.statement_id, l.ordinal, l.line_key, l.account_digest, l.side, l.booked_on, l.booked_time, l.direction, l.amount_fen, l.balance_fen,
       l.counterparty_name, l.counterparty_digest, l.counterparty_tail, l.narrative, l.reference, l.end_to_end_id, l.value_on, l.return_code,
       l.transaction_code, m.match_id, m.rule, m.reason, m.payouts, c.id AS case_id, c.kind AS case_kind, c.action AS case_action, c.note AS case_note
FROM bank_line l
LEFT JOIN LATERAL (
    SELECT min(m.id) AS match_id, min(m.rule) AS rule, min(m.reason) AS reason,
           jsonb_agg(jsonb_build_object('payout_id', p.id, 'number', p.number, 'token', p.token, 'payee_name', p.payee_name,
                                        'amount_fen', m.amount_fen, 'fee_fen', m.fee_fen, 'surplus_fen', m.surplus_fen) ORDER BY p.id) AS payouts
    FROM bank_match m JOIN payout p ON p.id = m.payout_id WHERE m.line_id = l.id AND m.undone_at IS NULL
) m ON true
LEFT JOIN line_case c ON (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL
WHERE l.statement_id = $1
ORDER BY l.ordinal
