-- Every payout that may concern the lines at hand: same token ($1), same payee account and amount ($2, $3), or still awaited and ordered on or
-- after a day ($4); with the accounts it is matched on, what has arrived (nothing of one only released), and the live payment file that carried it. Each way is a join of
-- its own: one line goes by the index, a hundred thousand by a hash, and the table is not read through for either.
WITH concerned AS (
    SELECT p.id FROM unnest(string_to_array($1::text, ' ')) AS n (token) JOIN payout p ON p.token = n.token
    UNION
    SELECT p.id FROM unnest(string_to_array($2::text, ' '), $3::bigint[]) AS n (account, fen)
    JOIN payout p ON p.payee_account_digest = decode(n.account, 'hex') AND p.amount_fen = n.fen
    UNION
    SELECT p.id FROM payout p WHERE p.state IN ('RELEASED', 'PARTIAL') AND p.ordered_on >= $4
)
SELECT p.id, p.number, p.token, p.amount_fen, p.payee_name, p.payee_account_digest, p.ordered_on, p.state, p.mode, p.returned_on, p.version,
       p.region_path, p.insurer_id,
       coalesce(m.accounts, '{}') AS matched_accounts, coalesce(m.fen, 0)::bigint AS covered_fen,
       (SELECT f.file_id FROM payment_file_line f WHERE f.payout_id = p.id AND f.live AND p.mode = 'AGENT') AS file_id
FROM concerned JOIN payout p USING (id)
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT l.account_digest) AS accounts, sum(m.amount_fen) AS fen
    FROM bank_match m JOIN bank_line l ON l.id = m.line_id WHERE m.payout_id = p.id AND m.undone_at IS NULL AND p.state NOT IN ('ORDERED', 'RELEASED')
) m ON true
