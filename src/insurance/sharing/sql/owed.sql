-- Backstops of a claim that are to be repaid from its payout, with what is still owed, oldest first; they are held already.
-- $1 claim, $2 the distribution that is being worked out, or null
SELECT s.id, s.number, s.amount_fen - coalesce((
           SELECT sum(h.amount_fen) FROM sharing_share h
           JOIN sharing r ON r.id = h.sharing_id AND r.working_no = h.working_no AND r.state <> 'CANCELLED'
           WHERE h.repaid_id = s.id AND r.id IS DISTINCT FROM $2::bigint), 0)::bigint AS owed_fen
FROM sharing s
WHERE s.claim_id = $1 AND s.repayable AND s.state = 'CONFIRMED'
ORDER BY s.id
