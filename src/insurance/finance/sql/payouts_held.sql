-- Orders that are held, each with what has arrived of it by live matches, and when last. $1 ids
SELECT p.id, p.number, p.state, p.mode, p.version, p.amount_fen, p.part_id, p.region_path, p.insurer_id, p.ordered_on, p.returned_on,
       coalesce(m.fen, 0)::bigint AS covered_fen, m.last_on
FROM payout p
LEFT JOIN LATERAL (SELECT sum(m.amount_fen) AS fen, max(m.booked_on) AS last_on FROM bank_match m
                   WHERE m.payout_id = p.id AND m.undone_at IS NULL) m ON true
WHERE p.id = ANY ($1::bigint[])
ORDER BY p.id
