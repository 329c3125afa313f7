-- Row-level security, forced, on every scoped table: region path and insurer of the transaction, set with SET LOCAL.
-- Unset scope reads as NULL or '' and lets nothing through. '*' stands for every insurer (offices, finance, readers).

CREATE FUNCTION scope_region() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.region', true), '');
CREATE FUNCTION scope_insurer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.insurer', true), '');
CREATE FUNCTION scope_insurer_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(nullif(current_setting('app.insurer', true), ''), '*')::bigint;
CREATE FUNCTION scope_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.role', true), '');
CREATE FUNCTION scope_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.actor', true), '')::bigint;

DO $$
DECLARE tab text;
BEGIN
    -- region of the row inside the reader's region
    FOREACH tab IN ARRAY ARRAY['party', 'party_account', 'project', 'asset', 'impairment', 'funding', 'right_holding',
        'project_change', 'declared_cover', 'document', 'register_import', 'register_row', 'quote', 'policy', 'policy_item',
        'premium_share', 'policy_event', 'claim', 'claim_event', 'survey', 'assessment', 'assessment_line', 'decision',
        'claim_part', 'payout', 'transfer'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
        -- coalesce: the planner then takes half of the rows to be in scope, not one in 200, and walks a list's index in its order
        EXECUTE format('CREATE POLICY %I ON %I USING (coalesce(region_path ^@ (SELECT scope_region()), false))', tab || '_region', tab);
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                       tab || '_readers_insert', tab);
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR UPDATE USING ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                       tab || '_readers_update', tab);
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR DELETE USING ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                       tab || '_readers_delete', tab);
    END LOOP;
    -- the row's insurer is the reader's, or the reader is no insurer
    FOREACH tab IN ARRAY ARRAY['document', 'quote', 'policy', 'policy_item', 'premium_share', 'policy_event', 'claim', 'claim_event',
        'survey', 'assessment', 'assessment_line', 'decision', 'claim_part', 'payout', 'transfer'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE USING ((SELECT scope_insurer()) = ''*'' OR insurer_id = (SELECT scope_insurer_id()))',
                       tab || '_insurer', tab);
    END LOOP;
    -- an insurer sees the register only where it holds a grant
    FOREACH tab IN ARRAY ARRAY['asset', 'impairment', 'funding', 'right_holding', 'project_change', 'declared_cover'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE USING ((SELECT scope_insurer()) = ''*'' OR EXISTS (SELECT FROM project_grant g '
                       'WHERE g.project_id = %I.project_id AND g.insurer_id = (SELECT scope_insurer_id())))', tab || '_grant', tab, tab);
    END LOOP;
    -- offices only
    FOREACH tab IN ARRAY ARRAY['register_import', 'register_row'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE USING ((SELECT scope_insurer()) = ''*'')', tab || '_office', tab);
    END LOOP;
END $$;

CREATE POLICY project_grant_insurer ON project AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM project_grant g WHERE g.project_id = project.id AND g.insurer_id = (SELECT scope_insurer_id())));

ALTER TABLE project_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE project_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY project_grant_own ON project_grant USING (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id()));

CREATE POLICY party_grant ON party AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM project_grant g JOIN right_holding h USING (project_id)
        WHERE h.party_id = party.id AND g.insurer_id = (SELECT scope_insurer_id())));
CREATE POLICY party_account_grant ON party_account AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR EXISTS (
        SELECT FROM project_grant g JOIN right_holding h USING (project_id)
        WHERE h.party_id = party_account.party_id AND g.insurer_id = (SELECT scope_insurer_id())));

-- a disaster is seen where it lies, above it, and below it
ALTER TABLE disaster ENABLE ROW LEVEL SECURITY;
ALTER TABLE disaster FORCE ROW LEVEL SECURITY;
CREATE POLICY disaster_region ON disaster USING (
    region_path ^@ (SELECT scope_region()) OR (SELECT scope_region()) ^@ region_path);

-- bank files are for finance and readers
DO $$
DECLARE tab text;
BEGIN
    FOREACH tab IN ARRAY ARRAY['bank_statement', 'bank_line', 'bank_match'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
        EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT scope_role()) IN (''MAKER'', ''CHECKER'', ''AUDITOR'', ''SYSTEM''))', tab || '_finance', tab);
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT scope_role()) <> ''AUDITOR'')', tab || '_readers', tab);
    END LOOP;
END $$;

-- accounts: one's own, the admin's view, and the program before it knows who is asking
ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;
CREATE POLICY app_user_seen ON app_user USING (
    (SELECT scope_role()) IN ('ADMIN', 'SYSTEM') OR id = (SELECT scope_user()) OR current_user = 'insurance_owner');
-- names beside an act are shown to those who may see the act
CREATE FUNCTION user_names(wanted bigint[]) RETURNS TABLE (id bigint, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT u.id, u.display_name FROM app_user u WHERE u.id = ANY (wanted)
$$;

ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_own ON idempotency USING (actor_id = (SELECT scope_user()));

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_event_write ON audit_event FOR INSERT WITH CHECK ((SELECT scope_role()) IS NOT NULL);
CREATE POLICY audit_event_read ON audit_event FOR SELECT USING ((SELECT scope_role()) IN ('AUDITOR', 'ADMIN', 'SYSTEM'));

-- Who is asking: before a scope exists, only these two functions read sessions and tokens.
CREATE FUNCTION who_holds(wanted text, held bytea) RETURNS TABLE (
    user_id bigint, username text, display_name text, role text, region_path text, insurer_id bigint, authority_fen bigint,
    must_change_password boolean, language text, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT u.id, u.username, u.display_name, u.role, u.region_path, u.insurer_id, u.authority_fen, u.must_change_password,
           s.language, s.seen_at
    FROM session s JOIN app_user u ON u.id = s.user_id
    WHERE wanted = 'session' AND s.id_digest = held AND s.expires_at > now()
      AND s.seen_at > now() - interval '30 minutes' AND u.disabled_at IS NULL
    UNION ALL
    SELECT u.id, u.username, u.display_name, u.role, u.region_path, u.insurer_id, u.authority_fen, u.must_change_password, 'zh', now()
    FROM api_token t JOIN app_user u ON u.id = t.user_id
    WHERE wanted = 'token' AND t.token_digest = held AND t.expires_at > now() AND u.disabled_at IS NULL
$$;

-- The application role owns nothing and may not change what is append-only.
GRANT USAGE ON SCHEMA :schema TO insurance_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA :schema TO insurance_app;
GRANT DELETE ON session, api_token, register_row, funding, right_holding, project_grant, party_account, asset, project, party,
    impairment, project_change, idempotency TO insurance_app;
REVOKE UPDATE ON audit_event, audit_seal, transfer, claim_event, policy_event, account, claim_transition, payout_transition FROM insurance_app;
REVOKE INSERT, UPDATE ON account, claim_transition, payout_transition FROM insurance_app;
REVOKE INSERT, UPDATE ON migration FROM insurance_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA :schema TO insurance_app;
