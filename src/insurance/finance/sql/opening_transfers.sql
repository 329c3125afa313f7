-- What the books were opened with, less what was reversed since.
SELECT t.debit, t.credit, sum(t.amount_fen)::bigint AS amount_fen
FROM (
    SELECT debit, credit, amount_fen FROM transfer WHERE subject = 'opening' AND event = 'OPENING'
    UNION ALL
    SELECT credit, debit, -amount_fen FROM transfer WHERE subject = 'opening' AND event = 'REVERSAL'
) t
GROUP BY t.debit, t.credit
HAVING sum(t.amount_fen) > 0
ORDER BY t.debit, t.credit
