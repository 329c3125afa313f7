-- A live match and those of its group, if it has one, with their orders, locked.
SELECT m.id, m.line_id, m.payout_id, m.amount_fen AS share_fen, m.undone_at, m.booked_on, p.state, p.mode, p.version, p.amount_fen, p.part_id,
       p.region_path, p.insurer_id
FROM bank_match m JOIN payout p ON p.id = m.payout_id
WHERE (m.id = $1 OR m.group_no = (SELECT g.group_no FROM bank_match g WHERE g.id = $1)) AND m.undone_at IS NULL
ORDER BY p.id
FOR UPDATE OF m, p
