-- An order is settled in place: no index holds what settling changes, and a page leaves room for the next version of its rows. So a hundred thousand
-- orders are settled without touching an index. That one order of a part is live is kept on a column that settling leaves as it is.
ALTER TABLE payout ADD COLUMN live boolean NOT NULL GENERATED ALWAYS AS (state IN ('ORDERED', 'RELEASED', 'PARTIAL', 'SETTLED')) STORED;
DROP INDEX payout_one_live;
CREATE UNIQUE INDEX payout_one_live ON payout (part_id) WHERE live;
DROP INDEX payout_open;
CREATE INDEX payout_ordered ON payout (ordered_on, id);
CREATE INDEX payout_unreleased ON payout (id) WHERE released_by IS NULL;
CREATE INDEX payout_of_account ON payout (paying_account_id, id) WHERE paying_account_id IS NOT NULL;
ALTER TABLE payout SET (fillfactor = 50);

-- What is fixed is compared row by row without calling anything; which way an order may go, once for all rows of a statement.
DROP TRIGGER payout_guard ON payout;
DROP FUNCTION guard_payout();
CREATE FUNCTION refuse_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'amount and payee of a payout are fixed, its version goes up by one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER payout_fixed BEFORE UPDATE ON payout FOR EACH ROW
WHEN ((NEW.amount_fen, NEW.payee_name, NEW.payee_account_digest, NEW.part_id, NEW.token, NEW.mode, NEW.paying_account_id, NEW.version)
      IS DISTINCT FROM
      (OLD.amount_fen, OLD.payee_name, OLD.payee_account_digest, OLD.part_id, OLD.token, OLD.mode, OLD.paying_account_id, OLD.version + 1))
EXECUTE FUNCTION refuse_payout();

CREATE FUNCTION guard_payouts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT SET work_mem = '64MB' AS $$
DECLARE wrong record;
BEGIN
    SELECT n.* INTO wrong FROM (SELECT DISTINCT o.state AS was, c.state AS becomes FROM before o JOIN changed c ON c.id = o.id) n
    WHERE NOT EXISTS (SELECT FROM payout_transition g
                      WHERE g.from_state = n.was AND g.to_state = n.becomes AND g.role = current_setting('app.role', true)) LIMIT 1;
    IF wrong.was IS NOT NULL THEN
        RAISE EXCEPTION 'payout may not go from % to % by %', wrong.was, wrong.becomes, current_setting('app.role', true)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_guard AFTER UPDATE ON payout REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION guard_payouts();
