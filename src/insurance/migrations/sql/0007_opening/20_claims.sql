-- Past claims: the claim row holds what lists and figures read, `claim_opening` every version of what was stated.

ALTER TABLE claim
    ADD COLUMN opening boolean NOT NULL DEFAULT false,
    ADD COLUMN opening_paid_fen bigint NOT NULL DEFAULT 0 CHECK (opening_paid_fen >= 0),
    ADD COLUMN opening_paid_on date,
    ADD CONSTRAINT claim_opening_paid CHECK ((opening_paid_fen > 0) = (opening_paid_on IS NOT NULL) AND (opening OR opening_paid_fen = 0)),
    ADD CONSTRAINT claim_old_number
        CHECK (NOT opening OR (number ~ '^[^[:space:][:cntrl:]]{1,60}$' AND number !~* '^LA[0-9]{4}-[0-9]{7,}$'));
CREATE INDEX claim_opening_paid_on ON claim (opening_paid_on) WHERE opening_paid_fen > 0;

-- One version at the import, one more with each correction; `claim_version` is that of the event that tells of it.
-- `item_ids` and `items_fen` say which lines of the schedule the indemnity was taken from (null: the cover has no lines).
CREATE TABLE claim_opening (
    claim_id bigint NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    region_path text NOT NULL,
    insurer_id bigint NOT NULL,
    import_id bigint NOT NULL REFERENCES opening_import (id),
    claim_version integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('PAID', 'REJECTED', 'WITHDRAWN', 'ZERO', 'REPORTED', 'OPENED')),
    loss_on date NOT NULL,
    reported_fen bigint NOT NULL CHECK (reported_fen >= 0),
    reserve_fen bigint CHECK (reserve_fen >= 0),
    assessed_fen bigint CHECK (assessed_fen >= 0),
    approved_fen bigint CHECK (approved_fen >= 0),
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    paid_on date,
    ended_on date,
    payee_name text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    item_ids bigint[] NOT NULL,
    items_fen bigint[] NOT NULL CHECK (cardinality(items_fen) = cardinality(item_ids)),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    entered_by bigint NOT NULL REFERENCES app_user (id),
    entered_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (claim_id, version),
    FOREIGN KEY (claim_id, region_path, insurer_id) REFERENCES claim (id, region_path, insurer_id),
    UNIQUE (claim_id, claim_version),
    CONSTRAINT claim_opening_paid_day CHECK ((paid_fen > 0) = (paid_on IS NOT NULL)),
    CONSTRAINT claim_opening_ended CHECK ((outcome IN ('REPORTED', 'OPENED')) = (ended_on IS NULL)),
    CONSTRAINT claim_opening_refused CHECK (outcome NOT IN ('REJECTED', 'WITHDRAWN', 'ZERO') OR (paid_fen = 0 AND coalesce(approved_fen, 0) = 0)),
    CONSTRAINT claim_opening_paid_up CHECK (outcome <> 'PAID' OR (approved_fen > 0 AND paid_fen = approved_fen))
);
CREATE INDEX claim_opening_import ON claim_opening (import_id);
CALL append_only('claim_opening');

CREATE FUNCTION guard_opening_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.last_verb <> 'opening-entry' OR NEW.version <> 1 OR NEW.state NOT IN ('REPORTED', 'OPENED', 'CLOSED')
           OR current_setting('app.role', true) NOT IN ('CITY_OFFICE', 'COUNTY_OFFICE') THEN
            RAISE EXCEPTION 'past claims come in by the city or county office, open or closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.opening IS DISTINCT FROM OLD.opening OR (NEW.last_verb = 'opening-correction' AND NOT OLD.opening) THEN
        RAISE EXCEPTION 'whether a claim is an opening fact stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.opening_paid_fen, NEW.opening_paid_on) IS DISTINCT FROM (OLD.opening_paid_fen, OLD.opening_paid_on)
       AND NEW.last_verb <> 'opening-correction' THEN
        RAISE EXCEPTION 'an opening fact is corrected by a new one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- Only where it matters: a report and a move of any other claim pay for no function call.
CREATE TRIGGER claim_opening_made BEFORE INSERT ON claim FOR EACH ROW WHEN (NEW.opening) EXECUTE FUNCTION guard_opening_claim();
CREATE TRIGGER claim_opening_stays BEFORE UPDATE ON claim FOR EACH ROW
    WHEN (OLD.opening OR NEW.opening OR NEW.last_verb = 'opening-correction' OR NEW.opening_paid_fen <> 0)
    EXECUTE FUNCTION guard_opening_claim();
