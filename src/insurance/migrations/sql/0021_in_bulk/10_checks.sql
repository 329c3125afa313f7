-- A file of a hundred thousand lines is matched in a few statements: what was checked row by row is checked once for all rows of a statement.
-- EXECUTE plans each time, and LATERAL goes by the index whatever the statistics say of a table that has just grown.

-- After every statement: a matched line is given away whole, an order never gets more than it is over. Shares that belong together
-- are written, and undone, by one statement.
DROP TRIGGER bank_match_adds_up ON bank_match;
DROP FUNCTION check_match();
CREATE FUNCTION check_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    EXECUTE 'SELECT l.id, l.amount_fen, m.given FROM (SELECT DISTINCT line_id FROM changed) n JOIN bank_line l ON l.id = n.line_id
             CROSS JOIN LATERAL (SELECT sum(m.amount_fen + m.fee_fen) AS given FROM bank_match m
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
CREATE TRIGGER bank_match_adds_up AFTER INSERT ON bank_match REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION check_matches();
CREATE TRIGGER bank_match_still_adds_up AFTER UPDATE ON bank_match REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION check_matches();

DROP TRIGGER transfer_open_month ON transfer;
DROP FUNCTION refuse_closed_month();
CREATE FUNCTION refuse_closed_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE closed date;
BEGIN
    SELECT min(b.booked_on) INTO closed FROM (SELECT DISTINCT booked_on FROM booked) b
    JOIN month_close m ON m.month = date_trunc('month', b.booked_on)::date AND m.reopened_at IS NULL;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'the month of % is closed', closed USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_open_month';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfer_open_month AFTER INSERT ON transfer REFERENCING NEW TABLE AS booked
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_months();

-- Live matches are found by line and by order, undone ones by line. An index over both kinds loses to `bank_match_once` in a table that has
-- just grown, and that one is walked from end to end for an order.
DROP INDEX bank_match_of_line;
DROP INDEX bank_match_of_payout;
CREATE INDEX bank_match_of_payout ON bank_match (payout_id) WHERE undone_at IS NULL;
CREATE INDEX bank_match_undone ON bank_match (line_id) WHERE undone_at IS NOT NULL;
