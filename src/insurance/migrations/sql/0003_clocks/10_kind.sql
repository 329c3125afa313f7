-- Which law the items of a claim fall under, and the kind of its project: fixed at the report, they choose its clocks.
ALTER TABLE claim ADD COLUMN regimes text[] NOT NULL DEFAULT '{}'
    CHECK (regimes <@ ARRAY['AGRI', 'AGRI_RELATED', 'PROPERTY']);
ALTER TABLE claim ADD COLUMN taxonomy text NOT NULL DEFAULT 'OTHER';

-- Claims that are there already: by their schedule; income claims by the kind of the project, as the wording of 2019 has it.
-- The owner looks over the wall for this one statement, and the guard of moves stands aside: nothing moves.
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE policy_item NO FORCE ROW LEVEL SECURITY;
ALTER TABLE project NO FORCE ROW LEVEL SECURITY;
ALTER TABLE claim DISABLE TRIGGER claim_guard;
UPDATE claim c SET
    taxonomy = j.taxonomy,
    regimes = coalesce(
        (SELECT array_agg(DISTINCT t.regime_of_law ORDER BY t.regime_of_law) FROM policy_item t WHERE t.policy_id = c.policy_id),
        ARRAY[CASE WHEN j.taxonomy IN ('PLANT', 'BREED', 'FOREST') THEN 'AGRI'
                   WHEN j.taxonomy IN ('GREENHOUSE', 'MACHINE') THEN 'AGRI_RELATED' ELSE 'PROPERTY' END])
FROM project j
WHERE j.id = c.project_id;
ALTER TABLE claim ENABLE TRIGGER claim_guard;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE policy_item FORCE ROW LEVEL SECURITY;
ALTER TABLE project FORCE ROW LEVEL SECURITY;

CREATE FUNCTION claim_kind_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'law, kind and procedure of a claim stay as they were at its report' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER claim_kind BEFORE UPDATE OF regimes, taxonomy, procedure_version ON claim FOR EACH ROW
    WHEN ((NEW.regimes, NEW.taxonomy, NEW.procedure_version) IS DISTINCT FROM (OLD.regimes, OLD.taxonomy, OLD.procedure_version))
    EXECUTE FUNCTION claim_kind_stays();

-- A claim is surveyed once: a case that opened by itself is surveyed after, no other one twice.
CREATE UNIQUE INDEX survey_once ON survey (claim_id);
DROP INDEX survey_claim;
