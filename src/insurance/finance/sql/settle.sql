-- Payouts become settled on the day of their lines (staged), all at once, and the books say so: a direct payout's open pending transfer is posted on
-- the day of its line, or today ($4) where that month is closed (`posting_day`); one that the programme's own account paid leaves the bank (1901 to 1001), its pending transfer having been posted at the
-- release. Answers those that were still released. $1 by, $2 the lowest of their ids, $3 the highest:
-- the table is read no further, and the books by their index.
WITH settled AS (
    UPDATE payout p
    SET state = 'SETTLED', settled_on = n.booked_on, version = p.version + 1
    FROM found_match n
    WHERE p.id = n.payout_id AND p.state = 'RELEASED' AND p.id BETWEEN $2 AND $3
    RETURNING p.id, 'payout:' || p.id AS subject, p.mode, p.amount_fen, p.region_path, p.insurer_id, n.booked_on
), booked AS (
    INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
    SELECT 'POST', t.id, t.event, t.debit, t.credit, t.amount_fen, CASE WHEN m.id IS NULL THEN s.booked_on ELSE $4::date END, t.subject, t.region_path, t.insurer_id, $1::bigint
    FROM settled s
    LEFT JOIN month_close m ON m.month = date_trunc('month', s.booked_on)::date AND m.reopened_at IS NULL
    CROSS JOIN LATERAL (
        SELECT * FROM transfer t
        WHERE t.subject = s.subject AND t.kind = 'PENDING' AND NOT EXISTS (SELECT FROM transfer e WHERE e.pending_id = t.id) OFFSET 0
    ) t
    WHERE s.mode = 'DIRECT'
    UNION ALL
    SELECT 'POSTED', NULL, 'PAYOUT_BOOKED', '1901', '1001', s.amount_fen, s.booked_on, s.subject, s.region_path, s.insurer_id, $1
    FROM settled s
    WHERE s.mode = 'AGENT'
)
SELECT id FROM settled
