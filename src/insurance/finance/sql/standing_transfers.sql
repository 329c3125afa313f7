-- What stands posted on subjects, less what was reversed. $1 subjects
SELECT t.subject, t.region_path, t.insurer_id, t.debit, t.credit, sum(t.amount_fen)::bigint AS amount_fen
FROM (
    SELECT subject, region_path, insurer_id, debit, credit, amount_fen FROM transfer
    WHERE subject = ANY ($1::text[]) AND kind IN ('POSTED', 'POST') AND event <> 'REVERSAL'
    UNION ALL
    SELECT subject, region_path, insurer_id, credit, debit, -amount_fen FROM transfer WHERE subject = ANY ($1::text[]) AND event = 'REVERSAL'
) t
GROUP BY t.subject, t.region_path, t.insurer_id, t.debit, t.credit
HAVING sum(t.amount_fen) > 0
ORDER BY 1, 4, 5
