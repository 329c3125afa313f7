-- Every payout that may concern the lines at hand: same token ($1), or same payee account and amount ($2, $3); with the accounts it is matched on.
SELECT p.id, p.number, p.token, p.amount_fen, p.payee_name, p.payee_account_digest, p.ordered_on, p.state, p.version, p.region_path, p.insurer_id,
       coalesce((SELECT array_agg(DISTINCT l.account_digest) FROM bank_match m JOIN bank_line l ON l.id = m.line_id
                 WHERE m.payout_id = p.id AND m.undone_at IS NULL), '{}') AS matched_accounts
FROM payout p
WHERE p.token = ANY ($1::text[])
   OR (p.payee_account_digest, p.amount_fen) IN (SELECT * FROM unnest($2::bytea[], $3::bigint[]))
