-- How long an insurer sees the register go on. A grant begins when its first policy of a project is bound and ends with its last one
-- (until_on: the first day whose facts it no longer learns); a claim of its own that is not closed holds it open, for the claim may need
-- them. After that it sees the project as it stood. Papers of its own policies and claims stay its own for ever.

CREATE FUNCTION grant_end(project bigint, insurer bigint) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN NOT EXISTS (SELECT FROM claim c WHERE c.project_id = project AND c.insurer_id = insurer AND c.state <> 'CLOSED') THEN greatest(
        (SELECT max(CASE WHEN p.stands THEN upper(p.period) ELSE lower(p.period) END) FROM policy p
         WHERE p.project_id = project AND p.insurer_id = insurer),
        (SELECT max(c.closed_on) + 1 FROM claim c WHERE c.project_id = project AND c.insurer_id = insurer)) END
$$;

CREATE FUNCTION keep_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE project_grant g SET until_on = e.ends_before
    FROM (SELECT n.project_id, n.insurer_id, grant_end(n.project_id, n.insurer_id) AS ends_before
          FROM (SELECT DISTINCT project_id, insurer_id FROM touched) n) e
    WHERE g.project_id = e.project_id AND g.insurer_id = e.insurer_id AND g.until_on IS DISTINCT FROM e.ends_before;
    RETURN NULL;
END $$;
CREATE TRIGGER policy_grants_new AFTER INSERT ON policy REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_grants();
CREATE TRIGGER policy_grants AFTER UPDATE ON policy REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_grants();
CREATE TRIGGER claim_grants_new AFTER INSERT ON claim REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_grants();
CREATE TRIGGER claim_grants AFTER UPDATE ON claim REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_grants();

-- One grant of each project and insurer: from the first binding on, until the end of the last.
DELETE FROM project_grant g USING project_grant f
WHERE f.project_id = g.project_id AND f.insurer_id = g.insurer_id AND f.from_on < g.from_on;
UPDATE project_grant SET until_on = grant_end(project_id, insurer_id);
SELECT set_config('app.role', '', true), set_config('app.insurer', '', true), set_config('app.region', '', true);

-- Whether the reader's grant of a project reaches a day.
CREATE FUNCTION granted_on(project bigint, day date) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (SELECT FROM project_grant g WHERE g.project_id = project AND g.insurer_id = (SELECT scope_insurer_id())
                   AND (g.until_on IS NULL OR day < g.until_on));

DROP POLICY document_insurer ON document;
CREATE POLICY document_insurer ON document AS RESTRICTIVE FOR SELECT USING (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id())
    OR (insurer_id IS NULL AND subject_kind = 'project' AND kind <> 'LINK'
        AND granted_on(subject_id, (filed_at AT TIME ZONE 'Asia/Shanghai')::date)));
DROP POLICY annual_account_grant ON annual_account;
CREATE POLICY annual_account_grant ON annual_account AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR granted_on(project_id, filed_on));
DROP POLICY party_account_grant ON party_account;
CREATE POLICY party_account_grant ON party_account AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM right_holding h WHERE h.party_id = party_account.party_id AND granted_on(h.project_id, party_account.from_on)));
-- What changed before the grant is not the insurer's either: it sees the register as it is from its grant on.
DROP POLICY project_change_grant ON project_change;
CREATE POLICY project_change_grant ON project_change AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR current_user = 'insurance_owner' OR EXISTS (
        SELECT FROM project_grant g WHERE g.project_id = project_change.project_id AND g.insurer_id = (SELECT scope_insurer_id())
        AND project_change.business_on >= g.from_on AND (g.until_on IS NULL OR project_change.business_on < g.until_on)));

-- The projects whose register went on after the reader's grant, each as it stood at the end of it. Nothing for offices. The owner of
-- this function may read changes past the grant: that is how what stood before them is found.
CREATE FUNCTION frozen_projects() RETURNS TABLE (project_id bigint, before jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10 SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT ON (c.project_id) c.project_id, c.before
    FROM project_grant g
    JOIN project_change c ON c.project_id = g.project_id AND c.business_on >= g.until_on
    WHERE g.insurer_id = scope_insurer_id()
    ORDER BY c.project_id, c.version
$$;

-- The assets of the register as the reader may know them.
CREATE FUNCTION assets_seen() RETURNS SETOF asset LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT a.* FROM asset a
    WHERE (SELECT scope_insurer()) = '*' OR a.project_id <> ALL (ARRAY(SELECT f.project_id FROM frozen_projects() f))
    UNION ALL
    SELECT r.* FROM frozen_projects() f CROSS JOIN LATERAL jsonb_populate_recordset(NULL::asset, f.before -> 'assets') r
    WHERE (SELECT scope_insurer()) <> '*'
$$;
CREATE FUNCTION impairments_seen() RETURNS SETOF impairment LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT i.* FROM impairment i
    WHERE (SELECT scope_insurer()) = '*'
       OR i.project_id <> ALL (ARRAY(SELECT f.project_id FROM frozen_projects() f WHERE f.before ? 'impairments'))
    UNION ALL
    SELECT r.* FROM frozen_projects() f CROSS JOIN LATERAL jsonb_populate_recordset(NULL::impairment, f.before -> 'impairments') r
    WHERE (SELECT scope_insurer()) <> '*'
$$;

-- As in 0001, by the assets and the impairment the reader may know.
CREATE OR REPLACE FUNCTION asset_basis(as_of date) RETURNS TABLE (
    asset_id bigint, project_id bigint, region_path text, cost_fen bigint, residual_millionths integer, life_months integer, in_use_on date,
    regime smallint, impairment_fen bigint, known boolean)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.project_id, a.region_path, coalesce(a.cost_fen, 0), coalesce(a.residual_rate * 1000000, 50000)::integer,
           coalesce(a.life_months, 1), coalesce(a.in_use_on, as_of),
           (CASE coalesce(a.regime, CASE p.ownership WHEN 'STATE' THEN 'GOV'
                          WHEN 'VILLAGE' THEN 'RURAL' WHEN 'TOWN' THEN 'RURAL' WHEN 'JOINT' THEN 'RURAL' ELSE 'ENT' END)
                WHEN 'GOV' THEN 0 WHEN 'ENT' THEN 1 WHEN 'RURAL2004' THEN 2 WHEN 'RURAL2024' THEN 3
                ELSE CASE WHEN as_of < '2024-01-01' THEN 2 ELSE 3 END END)::smallint,
           coalesce(i.amount_fen, 0), a.cost_fen IS NOT NULL AND a.life_months IS NOT NULL AND a.in_use_on IS NOT NULL
    FROM assets_seen() a
    JOIN project p ON p.id = a.project_id
    LEFT JOIN (SELECT m.asset_id, sum(m.amount_fen)::bigint AS amount_fen FROM impairments_seen() m WHERE m.from_on <= as_of
               GROUP BY m.asset_id) i ON i.asset_id = a.id
    WHERE (a.retired_on IS NULL OR a.retired_on > as_of)
      AND (p.retired_on IS NULL OR p.retired_on > as_of OR ((SELECT scope_insurer()) <> '*' AND p.id = ANY (ARRAY(
          SELECT f.project_id FROM frozen_projects() f WHERE coalesce((f.before #>> '{project,retired_on}')::date, 'infinity') > as_of))))
$$;
