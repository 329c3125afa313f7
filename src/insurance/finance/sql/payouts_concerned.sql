-- Every payout that may concern the lines at hand: same token ($1), same payee account and amount ($2, $3), or still awaited and ordered on or
-- after a day ($4), some of them more than once; with the accounts it is matched on and what has arrived (nothing of one only released), the account
-- the programme pays it from, and the live payment file that carried it. LATERAL goes by the index for each: the table is never read through,
-- however long it has grown.
WITH concerned AS (
    SELECT p.* FROM unnest(string_to_array($1::text, ' ')) AS n (token)
    CROSS JOIN LATERAL (SELECT * FROM payout p WHERE p.token = n.token OFFSET 0) p
    UNION ALL
    SELECT p.* FROM unnest(string_to_array($2::text, ' '), $3::bigint[]) AS n (account, fen)
    CROSS JOIN LATERAL (SELECT * FROM payout p WHERE p.payee_account_digest = decode(n.account, 'hex') AND p.amount_fen = n.fen OFFSET 0) p
    UNION ALL
    SELECT p.* FROM payout p WHERE p.state IN ('RELEASED', 'PARTIAL') AND p.ordered_on >= $4
)
SELECT p.id, p.number, p.token, p.amount_fen, p.payee_name, p.payee_account_digest, p.ordered_on, p.state, p.returned_on,
       coalesce(m.accounts, '{}') AS matched_accounts, coalesce(m.fen, 0)::bigint AS covered_fen,
       (SELECT a.account_digest FROM paying_account a WHERE a.id = p.paying_account_id AND p.mode = 'AGENT') AS paying_digest,
       (SELECT f.file_id FROM payment_file_line f WHERE f.payout_id = p.id AND f.live AND p.mode = 'AGENT') AS file_id
FROM concerned p
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT l.account_digest) AS accounts, sum(m.amount_fen) AS fen
    FROM bank_match m JOIN bank_line l ON l.id = m.line_id
    WHERE m.payout_id = p.id AND m.undone_at IS NULL AND p.state NOT IN ('ORDERED', 'RELEASED')
) m ON true
