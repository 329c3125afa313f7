-- What rests on an import and keeps it from being undone; $1 the import. On a project it created anything at all, on one it
-- changed whatever came later. Looks upward only by the project's number, as the foreign keys there do.
WITH act AS (
    SELECT stored_at FROM register_import WHERE id = $1
), hit AS (
    SELECT project_id, bool_or(project_created) AS created, max(project_version) AS version, (SELECT stored_at FROM act) AS stored_at
    FROM register_row WHERE import_id = $1 GROUP BY project_id
)
SELECT 'policy' AS what, count(*) AS number FROM hit h JOIN policy x USING (project_id) WHERE h.created OR x.recorded_at >= h.stored_at
UNION ALL SELECT 'quote', count(*) FROM hit h JOIN quote x USING (project_id) WHERE h.created
UNION ALL SELECT 'claim', count(*) FROM hit h JOIN claim x USING (project_id) WHERE h.created OR x.recorded_at >= h.stored_at
UNION ALL SELECT 'document', count(*) FROM hit h JOIN document x ON x.subject_kind = 'project' AND x.subject_id = h.project_id
    WHERE h.created OR x.recorded_at >= h.stored_at
UNION ALL SELECT 'account', count(*) FROM hit h JOIN annual_account x USING (project_id) WHERE h.created
UNION ALL SELECT 'change', count(*) FROM hit h JOIN project x ON x.id = h.project_id WHERE x.version <> h.version
