-- A line that pays more than its order pays the order; what is over is owed back and stands beside the share it came with.
ALTER TABLE bank_match ADD COLUMN surplus_fen bigint NOT NULL DEFAULT 0 CHECK (surplus_fen >= 0);

CREATE OR REPLACE FUNCTION check_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    EXECUTE 'SELECT l.id, l.amount_fen, m.given FROM (SELECT DISTINCT line_id FROM changed) n JOIN bank_line l ON l.id = n.line_id
             CROSS JOIN LATERAL (SELECT sum(m.amount_fen + m.fee_fen + m.surplus_fen) AS given FROM bank_match m
                                 WHERE m.line_id = n.line_id AND m.undone_at IS NULL) m
             WHERE m.given <> l.amount_fen LIMIT 1' INTO wrong;
    IF wrong.id IS NOT NULL THEN
        RAISE EXCEPTION 'line % of % fen is matched with % fen', wrong.id, wrong.amount_fen, wrong.given
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_whole_line';
    END IF;
    EXECUTE 'SELECT p.id, p.amount_fen, m.given FROM (SELECT DISTINCT payout_id FROM changed) n JOIN payout p ON p.id = n.payout_id
             CROSS JOIN LATERAL (SELECT sum(m.amount_fen) AS given FROM bank_match m
                                 WHERE m.payout_id = n.payout_id AND m.undone_at IS NULL) m
             WHERE m.given > p.amount_fen LIMIT 1' INTO wrong;
    IF wrong.id IS NOT NULL THEN
        RAISE EXCEPTION 'payout % over % fen is matched with % fen', wrong.id, wrong.amount_fen, wrong.given
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_whole_payout';
    END IF;
    RETURN NULL;
END $$;
-- Lines that wait are judged with the others of their weeks, whichever files brought them.
CREATE INDEX bank_line_booked ON bank_line (booked_on);
