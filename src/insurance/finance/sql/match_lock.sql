-- One live match with its payout locked.
SELECT m.id, m.line_id, m.payout_id, m.undone_at, l.statement_id, p.state, p.mode, p.version, p.amount_fen, p.part_id, p.region_path, p.insurer_id
FROM bank_match m JOIN bank_line l ON l.id = m.line_id JOIN payout p ON p.id = m.payout_id
WHERE m.id = $1
FOR UPDATE OF m, p
