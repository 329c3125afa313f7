-- Postings on the bank account (1001) booked by a day whose line no statement has shown by that day. $1 day
WITH posted AS (
    SELECT t.subject, t.booked_on, t.event,
           CASE WHEN t.debit = '1001' THEN t.amount_fen ELSE -t.amount_fen END AS fen
    FROM transfer t
    WHERE '1001' IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST') AND t.booked_on <= $1
      AND t.event NOT IN ('OPENING') AND t.subject <> 'opening'
), known AS (
    SELECT 'payout:' || m.payout_id AS subject FROM bank_match m JOIN bank_line l ON l.id = m.line_id
    JOIN paying_account a ON a.account_digest = l.account_digest AND a.insurer_id IS NULL  -- the payee's own statement shows nothing of ours
    WHERE m.undone_at IS NULL AND l.booked_on <= $1
    UNION
    SELECT 'payout:' || c.payout_id FROM line_case c WHERE c.undone_at IS NULL AND c.action = 'RETURN' AND c.booked_on <= $1
    UNION
    SELECT 'line:' || l.id FROM bank_line l WHERE l.booked_on <= $1
)
SELECT p.subject, min(p.booked_on) AS booked_on, sum(p.fen)::bigint AS fen
FROM posted p
WHERE NOT EXISTS (SELECT FROM known k WHERE k.subject = split_part(p.subject, '/', 1))  -- 'line:9/policy:12' is of line 9
GROUP BY p.subject
HAVING sum(p.fen) <> 0
ORDER BY 2, 1
