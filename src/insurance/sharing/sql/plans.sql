-- The versions of a project's plan with their purposes, the newest first. $1 project or null, $2 one plan or null
SELECT p.id, p.project_id, p.region_path, p.ordinal, p.from_on, p.shown_on, p.voted_on, p.document_id, d.file_name, p.reserve_per_mille,
       p.note, p.entered_on, n.display_name AS entered_by,
       (SELECT jsonb_agg(jsonb_build_object('purpose', u.purpose, 'weight', u.weight, 'payee_name', u.payee_name,
                                            'payee_bank', u.payee_bank, 'payee_tail', u.payee_account_tail) ORDER BY u.purpose)
        FROM sharing_plan_purpose u WHERE u.plan_id = p.id) AS purposes
FROM sharing_plan p
JOIN document d ON d.id = p.document_id
LEFT JOIN LATERAL user_names(ARRAY[p.entered_by]) n ON true
WHERE ($1::bigint IS NULL OR p.project_id = $1) AND ($2::bigint IS NULL OR p.id = $2)
ORDER BY p.ordinal DESC
