-- What of a policy moves in mid-term. `period` is the days with cover and only ever ends earlier; `sold_before` keeps where it ended as
-- sold. `stands` is whether those days are covered at all: a policy that was cancelled answers for the days before, one that was
-- withdrawn before its first day (or rescinded from the start) for none. `known_…` are the facts of the project it was last judged by:
-- where the register says otherwise by now, an endorsement is due. Values are filled in by rewriting the columns: that neither asks for
-- a scope nor moves a version.

ALTER TABLE policy
    ADD COLUMN sold_before date,
    ADD COLUMN never_covered boolean NOT NULL DEFAULT false,
    ADD COLUMN known_ownership text,
    ADD COLUMN known_operation text,
    ADD COLUMN known_situation text,
    ADD COLUMN renewed_from bigint REFERENCES policy (id),
    ADD COLUMN stands boolean NOT NULL GENERATED ALWAYS AS (
        state IN ('IN_FORCE', 'ENDORSED', 'EXPIRED') OR (state = 'CANCELLED' AND NOT never_covered)) STORED;
ALTER TABLE policy
    ALTER COLUMN sold_before TYPE date USING upper(period),
    ALTER COLUMN known_ownership TYPE text USING judgement #>> '{facts,ownership}',
    ALTER COLUMN known_operation TYPE text USING judgement #>> '{facts,operation}',
    ALTER COLUMN known_situation TYPE text USING judgement #>> '{facts,status}';
ALTER TABLE policy
    ALTER COLUMN sold_before SET NOT NULL,
    ADD CONSTRAINT policy_sold CHECK (upper(period) <= sold_before),
    ADD CONSTRAINT policy_never_covered CHECK (NOT never_covered OR state IN ('CANCELLED', 'LAPSED')),
    DROP CONSTRAINT policy_no_overlap,
    ADD CONSTRAINT policy_no_overlap EXCLUDE USING gist (project_id WITH =, cover WITH =, period WITH &&) WHERE (stands);
CREATE INDEX policy_to_expire ON policy (upper(period)) WHERE state IN ('IN_FORCE', 'ENDORSED');
CREATE INDEX policy_renewed_from ON policy (renewed_from) WHERE renewed_from IS NOT NULL;

CREATE FUNCTION sell_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sold_before := coalesce(NEW.sold_before, upper(NEW.period));
    NEW.known_ownership := coalesce(NEW.known_ownership, NEW.judgement #>> '{facts,ownership}');
    NEW.known_operation := coalesce(NEW.known_operation, NEW.judgement #>> '{facts,operation}');
    NEW.known_situation := coalesce(NEW.known_situation, NEW.judgement #>> '{facts,status}');
    RETURN NEW;
END $$;
CREATE TRIGGER policy_sold BEFORE INSERT ON policy FOR EACH ROW EXECUTE FUNCTION sell_policy();

-- The verb table of `policies/lifecycle.py`, without its verbs; a test holds the two together.
CREATE OR REPLACE FUNCTION guard_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'version must go up by one' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'PROPOSED' AND (NEW.number, NEW.terms_version, NEW.terms_checksum, NEW.project_id, NEW.insurer_id, NEW.cover, NEW.bound_on,
                                    NEW.steps, NEW.judgement, NEW.sold_before, NEW.renewed_from, lower(NEW.period))
       IS DISTINCT FROM (OLD.number, OLD.terms_version, OLD.terms_checksum, OLD.project_id, OLD.insurer_id, OLD.cover, OLD.bound_on,
                         OLD.steps, OLD.judgement, OLD.sold_before, OLD.renewed_from, lower(OLD.period)) THEN
        RAISE EXCEPTION 'the wording of a bound policy is fixed' USING ERRCODE = 'check_violation';
    END IF;
    IF upper(NEW.period) > upper(OLD.period) THEN
        RAISE EXCEPTION 'cover may end earlier, never later' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.never_covered AND NOT NEW.never_covered THEN
        RAISE EXCEPTION 'what never covered does not begin to' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
           ('PROPOSED', 'IN_FORCE'), ('PROPOSED', 'LAPSED'),
           ('IN_FORCE', 'ENDORSED'), ('IN_FORCE', 'CANCELLED'), ('IN_FORCE', 'EXPIRED'), ('IN_FORCE', 'LAPSED'),
           ('ENDORSED', 'CANCELLED'), ('ENDORSED', 'EXPIRED'), ('ENDORSED', 'LAPSED')) THEN
        RAISE EXCEPTION 'policy may not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- A line of the schedule is insured from `value_from_on` until the day before `until_on` (null: to the end of the cover). Another sum for
-- the same asset is another line.
ALTER TABLE policy_item
    ADD COLUMN until_on date,
    ADD COLUMN added_by bigint,
    ADD COLUMN ended_by bigint,
    ADD CONSTRAINT policy_item_added FOREIGN KEY (added_by, policy_id) REFERENCES endorsement (id, policy_id),
    ADD CONSTRAINT policy_item_ended FOREIGN KEY (ended_by, policy_id) REFERENCES endorsement (id, policy_id),
    ADD CONSTRAINT policy_item_days CHECK (until_on >= value_from_on),
    ADD CONSTRAINT policy_item_end CHECK ((until_on IS NULL) = (ended_by IS NULL)),
    DROP CONSTRAINT policy_item_policy_id_asset_id_key;
CREATE INDEX policy_item_policy ON policy_item (policy_id);
CREATE UNIQUE INDEX policy_item_once ON policy_item (policy_id, asset_id) WHERE until_on IS NULL;

CREATE FUNCTION guard_policy_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.until_on IS NOT NULL OR (to_jsonb(NEW) - 'until_on' - 'ended_by') IS DISTINCT FROM (to_jsonb(OLD) - 'until_on' - 'ended_by') THEN
        RAISE EXCEPTION 'a line of the schedule may end, once; nothing else of it changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_item_guard BEFORE UPDATE ON policy_item FOR EACH ROW EXECUTE FUNCTION guard_policy_item();

-- Whether a line of the schedule is insured on a day (within the period of its policy).
CREATE FUNCTION insured_then(line policy_item, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN line.value_from_on <= on_day AND (line.until_on IS NULL OR line.until_on > on_day);
