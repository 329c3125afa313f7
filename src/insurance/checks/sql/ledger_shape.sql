-- A memo entry stays among the memo accounts, so that each set sums to zero by itself; a POST or VOID is of the amount it ends.
SELECT 'transfer ' || t.id || ' goes from ' || t.debit || ' to ' || t.credit AS offence
FROM transfer t JOIN account d ON d.code = t.debit JOIN account c ON c.code = t.credit
WHERE d.memo <> c.memo OR t.amount_fen <= 0
UNION ALL
SELECT 'transfer ' || t.id || ' does not fit transfer ' || p.id || ', which it ends'
FROM transfer t JOIN transfer p ON p.id = t.pending_id
WHERE p.kind <> 'PENDING' OR t.kind NOT IN ('POST', 'VOID')
   OR (t.debit, t.credit, t.amount_fen, t.subject, t.region_path, t.insurer_id)
      IS DISTINCT FROM (p.debit, p.credit, p.amount_fen, p.subject, p.region_path, p.insurer_id)
UNION ALL
SELECT 'transfer ' || min(t.id) || ' and another end the same pending one' FROM transfer t WHERE t.pending_id IS NOT NULL
GROUP BY t.pending_id HAVING count(*) > 1
