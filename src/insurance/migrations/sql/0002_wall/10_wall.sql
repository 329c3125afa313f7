-- wall('tab'): row-level security, forced, on a table with region_path and insurer_id: a row is seen inside the reader's region and,
-- for an insurer, only in its own book; readers write nothing. wall('tab', by_insurer => false) for rows that belong to no insurer.
-- The application role may read, insert and update; what is append-only takes UPDATE back after it.
CREATE PROCEDURE wall(tab text, by_insurer boolean DEFAULT true) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY %I ON %I USING (coalesce(region_path ^@ (SELECT scope_region()), false))', tab || '_region', tab);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                   tab || '_readers_insert', tab);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR UPDATE USING ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                   tab || '_readers_update', tab);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR DELETE USING ((SELECT scope_role()) NOT IN (''LEADER'', ''AUDITOR''))',
                   tab || '_readers_delete', tab);
    IF by_insurer THEN
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE USING ((SELECT scope_insurer()) = ''*'' OR insurer_id = (SELECT scope_insurer_id()))',
                       tab || '_insurer', tab);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO insurance_app', tab);
END $$;

-- A walled table that only grows: nobody changes or takes away a row.
CREATE PROCEDURE append_only(tab text, by_insurer boolean DEFAULT true) LANGUAGE plpgsql AS $$
BEGIN
    CALL wall(tab, by_insurer);
    EXECUTE format('REVOKE UPDATE ON %I FROM insurance_app', tab);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
                   tab || '_append_only', tab);
END $$;

-- A table of the payers' own, without place or insurer: finance works on it, auditors read. What may change of a row is granted by column.
CREATE PROCEDURE finance_wall(tab text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT scope_role()) IN (''MAKER'', ''CHECKER'', ''AUDITOR'', ''SYSTEM''))', tab || '_finance', tab);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT scope_role()) <> ''AUDITOR'')', tab || '_readers_insert', tab);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR UPDATE USING ((SELECT scope_role()) <> ''AUDITOR'')', tab || '_readers_update', tab);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO insurance_app', tab);
END $$;
