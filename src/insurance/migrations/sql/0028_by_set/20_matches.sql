-- A match that stands alone needs no group.
ALTER TABLE bank_match ALTER COLUMN group_no DROP NOT NULL;
DROP INDEX bank_match_of_group;
CREATE INDEX bank_match_of_group ON bank_match (group_no) WHERE group_no IS NOT NULL;

-- Matches: what they refer to exists, a matched line is given away whole, an order never gets more than it is over. Shares that belong together are
-- written, and undone, by one statement. EXECUTE plans for the number of keys there is: one goes by the index, a hundred thousand in one walk.
-- Lines and orders that this transaction has not written itself are locked, then looked at again with what their last holder left: of two
-- transactions that give one line away, the second waits for the first and is refused.
CREATE OR REPLACE FUNCTION check_matches() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET work_mem = '64MB' SET max_parallel_workers_per_gather = 0 AS $$
DECLARE missing text; lines bigint[]; orders bigint[]; found bigint; wrong bigint; others bigint; me xid := pg_current_xact_id()::xid;
BEGIN
    SELECT 'bank_match_made_by_fkey' INTO missing FROM (SELECT DISTINCT made_by FROM changed) n
    WHERE NOT EXISTS (SELECT FROM app_user u WHERE u.id = n.made_by) LIMIT 1;
    CALL refuse_missing(missing);
    SELECT array_agg(DISTINCT line_id), array_agg(DISTINCT payout_id) INTO lines, orders FROM changed;
    FOR look IN 1..2 LOOP
        EXECUTE 'SELECT count(*), min(l.id) FILTER (WHERE g.given <> l.amount_fen), count(*) FILTER (WHERE l.xmin <> $2)
                 FROM bank_line l LEFT JOIN (
                     SELECT line_id, sum(amount_fen + fee_fen + surplus_fen) AS given FROM bank_match
                     WHERE line_id = ANY ($1) AND undone_at IS NULL GROUP BY line_id) g ON g.line_id = l.id
                 WHERE l.id = ANY ($1)' INTO found, wrong, others USING lines, me;
        EXIT WHEN look = 2 OR others = 0;
        PERFORM FROM bank_line WHERE id = ANY (lines) ORDER BY id FOR UPDATE;
    END LOOP;
    CALL refuse_missing(CASE WHEN found < cardinality(lines) THEN 'bank_match_line_id_fkey' END);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'line % is not matched with its whole amount', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_whole_line';
    END IF;
    FOR look IN 1..2 LOOP
        EXECUTE 'SELECT count(*), min(p.id) FILTER (WHERE g.given > p.amount_fen), count(*) FILTER (WHERE p.xmin <> $2)
                 FROM payout p LEFT JOIN (
                     SELECT payout_id, sum(amount_fen) AS given FROM bank_match
                     WHERE payout_id = ANY ($1) AND undone_at IS NULL GROUP BY payout_id) g ON g.payout_id = p.id
                 WHERE p.id = ANY ($1)' INTO found, wrong, others USING orders, me;
        EXIT WHEN look = 2 OR others = 0;
        PERFORM FROM payout WHERE id = ANY (orders) ORDER BY id FOR UPDATE;
    END LOOP;
    CALL refuse_missing(CASE WHEN found < cardinality(orders) THEN 'bank_match_payout_id_fkey' END);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'payout % is matched with more than its amount', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_whole_payout';
    END IF;
    RETURN NULL;
END $$;
