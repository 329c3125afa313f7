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

-- 年度收益: the net income of a past year, by its accounts on file; the newest entry of a year counts. A base of the guaranteed income.
CREATE TABLE annual_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    year integer NOT NULL CHECK (year BETWEEN 1990 AND 2100),
    net_income_fen bigint NOT NULL CHECK (net_income_fen BETWEEN -99999999999999 AND 99999999999999),
    document_id bigint NOT NULL,
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

CALL append_only('income_statement');
CALL append_only('income_statement_line');
CALL append_only('annual_account', by_insurer => false);
-- an insurer sees the register only where it holds a grant
CREATE POLICY annual_account_grant ON annual_account AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM project_grant g WHERE g.project_id = annual_account.project_id AND g.insurer_id = (SELECT scope_insurer_id())));

-- Whether what the asset cover pays on a line of its schedule stands in for yield: an item of these laws that was measured by its growth
-- stage, or whose asset is of a class that is consumed (消耗性生物资产); never one of a class that bears the yield (生产性生物资产).
CREATE FUNCTION yields(item policy_item, by_stage boolean, yield_laws text[], consumable text[], productive text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT item.regime_of_law = ANY (yield_laws) AND coalesce((
        SELECT CASE WHEN s.asset_class = ANY (productive) THEN false ELSE by_stage OR s.asset_class = ANY (consumable) END
        FROM asset s WHERE s.id = item.asset_id), false)
$$;

-- The asset claims that stand beside an income claim: of the same project, for the same disaster or a loss in the days (both counted),
-- with the assessment that counts: of an ended claim the last that was approved, else the newest; none before the first.
CREATE FUNCTION asset_claims_beside(income_claim bigint, first_on date, final_on date)
RETURNS TABLE (claim_id bigint, policy_id bigint, ended boolean, assessment_id bigint) LANGUAGE sql STABLE AS $$
    SELECT c.id, c.policy_id, e.ended, a.id
    FROM claim mine
    JOIN claim c ON c.project_id = mine.project_id AND c.cover = 'INDUSTRY' AND c.live
        AND (c.loss_on BETWEEN first_on AND final_on OR c.disaster_id = mine.disaster_id)
    CROSS JOIN LATERAL (SELECT c.state IN ('REJECTED', 'ZERO', 'CLOSED') AS ended) e
    LEFT JOIN LATERAL (
        SELECT n.id FROM assessment n
        WHERE n.claim_id = c.id AND (NOT e.ended OR n.id = (
            SELECT d.assessment_id FROM decision d WHERE d.claim_id = c.id AND d.outcome = 'APPROVED' ORDER BY d.claim_version DESC LIMIT 1))
        ORDER BY n.version DESC LIMIT 1
    ) a ON true
    WHERE mine.id = income_claim AND mine.cover = 'INCOME'
$$;

-- 双险联合核算: what the asset cover of the same project answers for beside an income claim, in totals and nothing else: indemnity in
-- place of yield, loss of other items, rescue costs; and whether a claim has no assessment yet
-- (`waiting_yield`: one that may turn out to be of yield).
-- The covers may lie with different insurers, and each may not see the other's claims: the wall between insurers is lifted inside
-- this function only, that between regions stays, and who does not see the income claim gets nothing.
CREATE FUNCTION asset_cover_set_off(income_claim bigint, first_on date, final_on date, yield_laws text[], consumable text[], productive text[],
    OUT yield_fen bigint, OUT repair_fen bigint, OUT rescue_fen bigint, OUT waiting_yield boolean, OUT waiting_other boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    insurer text := current_setting('app.insurer', true);
BEGIN
    IF NOT EXISTS (SELECT FROM claim c WHERE c.id = income_claim) THEN
        RETURN;
    END IF;
    PERFORM set_config('app.insurer', '*', true);
    WITH beside AS MATERIALIZED (
        SELECT * FROM asset_claims_beside(income_claim, first_on, final_on)
    ), lines AS (
        SELECT yields(t, a.inputs -> 'given' -> 'lines' -> (l.ordinal - 1) ->> 'stage' IS NOT NULL, yield_laws, consumable, productive) AS yields,
               l.net_fen, l.loss_fen
        FROM beside b
        JOIN assessment a ON a.id = b.assessment_id
        JOIN assessment_line l ON l.assessment_id = a.id
        JOIN policy_item t ON t.id = l.policy_item_id
    )
    SELECT coalesce((SELECT sum(n.net_fen) FROM lines n WHERE n.yields), 0),
           coalesce((SELECT sum(n.loss_fen) FROM lines n WHERE NOT n.yields), 0),
           coalesce((SELECT sum((r ->> 'rescue_fen')::bigint) FROM beside b JOIN assessment a ON a.id = b.assessment_id
                     CROSS JOIN jsonb_array_elements(a.inputs -> 'given' -> 'lines') r), 0),
           EXISTS (SELECT FROM beside b JOIN policy_item t ON t.policy_id = b.policy_id
                   WHERE b.assessment_id IS NULL AND NOT b.ended AND yields(t, true, yield_laws, consumable, productive)),
           EXISTS (SELECT FROM beside b WHERE b.assessment_id IS NULL AND NOT b.ended)
    INTO yield_fen, repair_fen, rescue_fen, waiting_yield, waiting_other;
    PERFORM set_config('app.insurer', coalesce(insurer, ''), true);
END $$;
