-- A file of a hundred thousand lines wrote ten references a payment, each looked up by a trigger of its own. They are still the database's to
-- keep, but looked up once for all rows of a statement; NOT ENFORCED says what refers to what. This holds because what is referred to stays:
-- none of these rows is ever removed, and none changes its key (docs/decisions/0028).
CREATE PROCEDURE stays(tab text, key text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', tab || '_stays', tab);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OF %I ON %I FOR EACH ROW WHEN (OLD.%I <> NEW.%I) EXECUTE FUNCTION refuse_change()',
                   tab || '_keeps_its_key', key, tab, key, key);
END $$;
CALL stays('app_user', 'id');
CALL stays('insurer', 'id');
CALL stays('region', 'path');
CALL stays('account', 'code');
CALL stays('payout', 'id');
CALL stays('bank_statement', 'id');
CALL stays('bank_line', 'id');

ALTER TABLE bank_line ALTER CONSTRAINT bank_line_statement_id_fkey NOT ENFORCED;
ALTER TABLE bank_match ALTER CONSTRAINT bank_match_line_id_fkey NOT ENFORCED;
ALTER TABLE bank_match ALTER CONSTRAINT bank_match_payout_id_fkey NOT ENFORCED;
ALTER TABLE bank_match ALTER CONSTRAINT bank_match_made_by_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_debit_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_credit_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_region_path_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_insurer_id_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_made_by_fkey NOT ENFORCED;
ALTER TABLE transfer ALTER CONSTRAINT transfer_pending_id_fkey NOT ENFORCED;

-- Raises as a foreign key would: `missing` names the constraint, null when nothing is missing.
CREATE PROCEDURE refuse_missing(missing text) LANGUAGE plpgsql AS $$
BEGIN
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'a row refers to what does not exist' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = missing;
    END IF;
END $$;

CREATE FUNCTION check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE missing text;
BEGIN
    SELECT 'bank_line_statement_id_fkey' INTO missing FROM (SELECT DISTINCT statement_id FROM changed) n
    WHERE NOT EXISTS (SELECT FROM bank_statement s WHERE s.id = n.statement_id) LIMIT 1;
    CALL refuse_missing(missing);
    RETURN NULL;
END $$;
CREATE TRIGGER bank_line_refers AFTER INSERT ON bank_line REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION check_lines();
CREATE TRIGGER bank_line_still_refers AFTER UPDATE ON bank_line REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION check_lines();

-- Transfers: who, where, whose and which accounts are few for however many rows; a pending one is looked up by its key. And the month, as before.
DROP TRIGGER transfer_open_month ON transfer;
DROP FUNCTION refuse_closed_months();
CREATE FUNCTION check_transfers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET work_mem = '64MB' AS $$
DECLARE missing text; closed date;
BEGIN
    SELECT CASE WHEN NOT EXISTS (SELECT FROM account a WHERE a.code = n.debit) THEN 'transfer_debit_fkey'
                WHEN NOT EXISTS (SELECT FROM account a WHERE a.code = n.credit) THEN 'transfer_credit_fkey'
                WHEN NOT EXISTS (SELECT FROM region r WHERE r.path = n.region_path) THEN 'transfer_region_path_fkey'
                WHEN n.insurer_id IS NOT NULL AND NOT EXISTS (SELECT FROM insurer i WHERE i.id = n.insurer_id) THEN 'transfer_insurer_id_fkey'
                WHEN n.made_by IS NOT NULL AND NOT EXISTS (SELECT FROM app_user u WHERE u.id = n.made_by) THEN 'transfer_made_by_fkey' END
    INTO missing
    FROM (SELECT DISTINCT debit, credit, region_path, insurer_id, made_by FROM booked) n
    ORDER BY 1 NULLS LAST LIMIT 1;
    CALL refuse_missing(missing);
    SELECT 'transfer_pending_id_fkey' INTO missing FROM booked b
    LEFT JOIN LATERAL (SELECT true AS stands FROM transfer t WHERE t.id = b.pending_id OFFSET 0) t ON true
    WHERE b.pending_id IS NOT NULL AND t.stands IS NULL LIMIT 1;
    CALL refuse_missing(missing);
    SELECT min(b.booked_on) INTO closed FROM (SELECT DISTINCT booked_on FROM booked) b
    JOIN month_close m ON m.month = date_trunc('month', b.booked_on)::date AND m.reopened_at IS NULL;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'the month of % is closed', closed USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_open_month';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfer_refers AFTER INSERT ON transfer REFERENCING NEW TABLE AS booked
    FOR EACH STATEMENT EXECUTE FUNCTION check_transfers();
