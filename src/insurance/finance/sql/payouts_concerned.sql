-- Every payout that may concern the lines at hand: same token ($1), same payee account and amount ($2, $3), or still awaited and ordered on or
-- after a day ($4); with the accounts it is matched on, what has arrived, and the live payment file that carried it.
SELECT p.id, p.number, p.token, p.amount_fen, p.payee_name, p.payee_account_digest, p.ordered_on, p.state, p.mode, p.returned_on, p.version,
       p.region_path, p.insurer_id,
       coalesce(m.accounts, '{}') AS matched_accounts, coalesce(m.fen, 0)::bigint AS covered_fen,
       (SELECT f.file_id FROM payment_file_line f WHERE f.payout_id = p.id AND f.live) AS file_id
FROM payout p
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT l.account_digest) AS accounts, sum(m.amount_fen) AS fen
    FROM bank_match m JOIN bank_line l ON l.id = m.line_id WHERE m.payout_id = p.id AND m.undone_at IS NULL
) m ON true
WHERE p.token = ANY ($1::text[])
   OR (p.payee_account_digest, p.amount_fen) IN (SELECT * FROM unnest($2::bytea[], $3::bigint[]))
   OR (p.state IN ('RELEASED', 'PARTIAL') AND p.ordered_on >= $4)
