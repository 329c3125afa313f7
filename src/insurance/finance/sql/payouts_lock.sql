-- Orders locked, each with what has arrived of it by live matches. $1 ids
SELECT p.id, p.number, p.state, p.mode, p.version, p.amount_fen, p.part_id, p.region_path, p.insurer_id, p.ordered_on,
       coalesce((SELECT sum(m.amount_fen) FROM bank_match m WHERE m.payout_id = p.id AND m.undone_at IS NULL), 0)::bigint AS covered_fen
FROM payout p
WHERE p.id = ANY ($1::bigint[])
ORDER BY p.id
FOR UPDATE OF p
