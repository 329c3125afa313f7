-- 收益报表: what a project earned in a period, signed and filed to a claim. Append-only: a correction is a new statement that
-- supersedes the one before, and a claim has one chain of them.
ALTER TABLE document ADD CONSTRAINT document_of UNIQUE (id, subject_kind, subject_id);

CREATE TABLE income_statement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id bigint NOT NULL,
    region_path text NOT NULL,
    insurer_id bigint NOT NULL,
    from_on date NOT NULL,
    last_on date NOT NULL CHECK (last_on >= from_on),
    closed_on date NOT NULL,
    signed_on date NOT NULL,
    signed_by text NOT NULL CHECK (length(btrim(signed_by)) BETWEEN 1 AND 200),
    supersedes_id bigint,
    note text NOT NULL DEFAULT '',
    filed_by bigint NOT NULL REFERENCES app_user (id),
    filed_at timestamptz NOT NULL,
    filed_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (claim_id, region_path, insurer_id) REFERENCES claim (id, region_path, insurer_id),
    UNIQUE (id, claim_id),
    FOREIGN KEY (supersedes_id, claim_id) REFERENCES income_statement (id, claim_id),
    CONSTRAINT income_statement_superseded_once UNIQUE (supersedes_id),
    CONSTRAINT income_statement_days CHECK (last_on <= closed_on AND closed_on <= signed_on AND signed_on <= filed_on)
);
CREATE UNIQUE INDEX income_statement_one_chain ON income_statement (claim_id) WHERE supersedes_id IS NULL;

-- A line's proof is a paper of the same claim: the foreign key, not the program, keeps other claims' papers out.
CREATE TABLE income_statement_line (
    statement_id bigint NOT NULL,
    claim_id bigint NOT NULL,
    region_path text NOT NULL,
    insurer_id bigint NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal >= 1),
    kind text NOT NULL CHECK (kind ~ '^[A-Z][A-Z_]{1,39}$'),
    amount_fen bigint NOT NULL CHECK (amount_fen BETWEEN 0 AND 99999999999999),
    document_id bigint,
    document_of text NOT NULL GENERATED ALWAYS AS ('claim') STORED,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (statement_id, ordinal),
    FOREIGN KEY (statement_id, claim_id) REFERENCES income_statement (id, claim_id),
    FOREIGN KEY (claim_id, region_path, insurer_id) REFERENCES claim (id, region_path, insurer_id),
    FOREIGN KEY (document_id, document_of, claim_id) REFERENCES document (id, subject_kind, subject_id)
);
CREATE INDEX income_statement_line_document ON income_statement_line (document_id) WHERE document_id IS NOT NULL;

-- 年度收益: the net income of a past year, by its accounts; the newest entry of a year counts. A base of the guaranteed income.
CREATE TABLE annual_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    year integer NOT NULL CHECK (year BETWEEN 1990 AND 2100),
    net_income_fen bigint NOT NULL CHECK (net_income_fen BETWEEN -99999999999999 AND 99999999999999),
    document_id bigint,
    document_of text NOT NULL GENERATED ALWAYS AS ('project') STORED,
    note text NOT NULL DEFAULT '',
    filed_by bigint NOT NULL REFERENCES app_user (id),
    filed_at timestamptz NOT NULL,
    filed_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (project_id, region_path) REFERENCES project (id, region_path),
    FOREIGN KEY (document_id, document_of, project_id) REFERENCES document (id, subject_kind, subject_id),
    CONSTRAINT annual_account_closed CHECK (filed_on >= make_date(year + 1, 1, 1))
);
CREATE INDEX annual_account_project ON annual_account (project_id, year, id);

DO $$
DECLARE tab text;
BEGIN
    CALL wall('income_statement');
    CALL wall('income_statement_line');
    CALL wall('annual_account', by_insurer => false);
    FOREACH tab IN ARRAY ARRAY['income_statement', 'income_statement_line', 'annual_account'] LOOP
        EXECUTE format('REVOKE UPDATE ON %I FROM insurance_app', tab);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
                       tab || '_append_only', tab);
    END LOOP;
END $$;
-- an insurer sees the register only where it holds a grant
CREATE POLICY annual_account_grant ON annual_account AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM project_grant g WHERE g.project_id = annual_account.project_id AND g.insurer_id = (SELECT scope_insurer_id())));
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA :schema TO insurance_app;

-- 双险联合核算: what the asset cover of the same project answers for in the days of an income claim, in totals and nothing else.
-- The covers may lie with different insurers, and each may not see the other's claims: the wall between insurers is lifted inside
-- this function only, that between regions stays, and who does not see the claim at hand gets nothing.
-- The days are both counted; `yield_laws`: laws whose items yield; `productive`: classes of assets that bear the yield and are none.
-- An ended claim counts with its last approved assessment, one under way with its newest; `waiting_*`: one has no assessment yet.
CREATE FUNCTION asset_cover_set_off(own_claim bigint, first_on date, final_on date, yield_laws text[], productive text[],
    OUT yield_fen bigint, OUT repair_fen bigint, OUT rescue_fen bigint, OUT waiting_yield boolean, OUT waiting_other boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    mine claim;
    insurer text := current_setting('app.insurer', true);
BEGIN
    SELECT * INTO mine FROM claim c WHERE c.id = own_claim AND c.cover = 'INCOME';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('app.insurer', '*', true);
    WITH other AS MATERIALIZED (
        SELECT c.id, c.policy_id, c.state, c.state IN ('REJECTED', 'ZERO', 'CLOSED') AS ended
        FROM claim c
        WHERE c.project_id = mine.project_id AND c.cover = 'INDUSTRY' AND c.live
          AND (c.loss_on BETWEEN first_on AND final_on OR c.disaster_id = mine.disaster_id)
    ), standing AS (
        SELECT o.id AS claim_id, o.policy_id, o.ended, a.id, a.inputs
        FROM other o
        LEFT JOIN LATERAL (
            SELECT n.id, n.inputs FROM assessment n
            WHERE n.claim_id = o.id AND (NOT o.ended OR n.id = (
                SELECT d.assessment_id FROM decision d WHERE d.claim_id = o.id AND d.outcome = 'APPROVED' ORDER BY d.claim_version DESC LIMIT 1))
            ORDER BY n.version DESC LIMIT 1
        ) a ON true
    ), lines AS (
        SELECT t.regime_of_law = ANY (yield_laws) AND NOT coalesce(s.asset_class = ANY (productive), false) AS yields, l.net_fen, l.loss_fen
        FROM standing x
        JOIN assessment_line l ON l.assessment_id = x.id
        JOIN policy_item t ON t.id = l.policy_item_id
        JOIN asset s ON s.id = t.asset_id
    )
    SELECT coalesce((SELECT sum(n.net_fen) FROM lines n WHERE n.yields), 0),
           coalesce((SELECT sum(n.loss_fen) FROM lines n WHERE NOT n.yields), 0),
           coalesce((SELECT sum((r ->> 'rescue_fen')::bigint) FROM standing x, jsonb_array_elements(x.inputs -> 'given' -> 'lines') r), 0),
           EXISTS (SELECT FROM standing x JOIN policy_item t ON t.policy_id = x.policy_id JOIN asset s ON s.id = t.asset_id
                   WHERE x.id IS NULL AND NOT x.ended AND t.regime_of_law = ANY (yield_laws)
                     AND NOT coalesce(s.asset_class = ANY (productive), false)),
           EXISTS (SELECT FROM standing x WHERE x.id IS NULL AND NOT x.ended)
    INTO yield_fen, repair_fen, rescue_fen, waiting_yield, waiting_other;
    PERFORM set_config('app.insurer', coalesce(insurer, ''), true);
END $$;
