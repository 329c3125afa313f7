-- 年度收益 of a project with the accounts that prove them, the latest year and its newest entry first. $1 project
SELECT a.id, a.year, a.net_income_fen, a.document_id, d.file_name, a.note, n.display_name AS filed_by, a.filed_on,
       row_number() OVER (PARTITION BY a.year ORDER BY a.id DESC) > 1 AS superseded
FROM annual_account a
JOIN document d ON d.id = a.document_id
LEFT JOIN LATERAL user_names(ARRAY[a.filed_by]) n ON true
WHERE a.project_id = $1
ORDER BY a.year DESC, a.id DESC
